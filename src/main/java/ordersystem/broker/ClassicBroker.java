package ordersystem.broker;

import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import ordersystem.broker.BrokerLoad.QueueLoad;
import org.apache.activemq.command.ActiveMQDestination;
import org.apache.activemq.command.ActiveMQQueue;
import org.apache.activemq.command.ActiveMQTopic;

/**
 * ActiveMQ Classic. Its StatisticsPlugin tells of queues and store, where it has one. Of its policies it tells nothing: whether
 * the intake is prioritised is tried in a queue below it, which is taken away again.
 */
final class ClassicBroker implements BrokerKind {

    private static final String ABOUT_BROKER = "ActiveMQ.Statistics.Broker";
    /** Directly in front of the queue's name. */
    private static final String ABOUT_QUEUE = "ActiveMQ.Statistics.Destination";
    /** Behind the queue's name: an empty answer is to be the last one. */
    private static final String WITH_AN_END = "ActiveMQ.Statistics.Destination.List.End.With.Null";

    private static final int LOW = 1;
    private static final int HIGH = 9;
    private static final long TRY_MILLIS = 2_000;

    /** A broker that was too busy to answer is not one that never does. */
    private static final Duration ASK_AGAIN = Duration.ofSeconds(20);

    private final BrokerQuestions questions;
    private final Clock clock;
    private boolean tells;
    private Instant asked;

    ClassicBroker(BrokerQuestions questions, Clock clock) throws JMSException {
        this.questions = questions;
        this.clock = clock;
        this.asked = clock.instant();
        this.tells = isAnswered();
    }

    private boolean tells() throws JMSException {
        if (!tells && Duration.between(asked, clock.instant()).abs().compareTo(ASK_AGAIN) > 0) {
            asked = clock.instant();
            questions.forgetAnswers();
            tells = isAnswered();
        }
        return tells;
    }

    /** Asked in a topic: without the plugin nobody reads it, and nothing of it stays. */
    private boolean isAnswered() throws JMSException {
        try {
            askAboutBroker();
            return questions.answerIfAny() != null;
        } catch (JMSException e) {
            if (e.getCause() instanceof SecurityException) {
                return false;
            }
            throw e;
        }
    }

    private void askAboutBroker() throws JMSException {
        questions.ask(new ActiveMQTopic(ABOUT_BROKER), "", Map.of());
    }

    @Override
    public String name() {
        return "ActiveMQ Classic";
    }

    @Override
    public String configuration() {
        return "activemq.xml";
    }

    @Override
    public int storeMark() {
        return BrokerSettings.INTAKE_HIGH_WATER_PERCENT;
    }

    @Override
    public String storeLimit() {
        return "storeUsage in activemq.xml";
    }

    @Override
    public Optional<Usage> usage() throws JMSException {
        if (!tells()) {
            return Optional.empty();
        }
        askAboutBroker();
        MapMessage broker = (MapMessage) questions.answer();
        return Optional.of(new Usage(share(broker, "store"), share(broker, "memory")));
    }

    private static double share(MapMessage broker, String what) throws JMSException {
        long limit = broker.getLong(what + "Limit");
        return limit == 0 ? 0 : (double) broker.getLong(what + "Usage") / limit;
    }

    @Override
    public Optional<Map<String, QueueLoad>> queues(String name) throws JMSException {
        if (!tells()) {
            return Optional.empty();
        }
        questions.ask(new ActiveMQQueue(ABOUT_QUEUE + name + WITH_AN_END), "", Map.of());
        Map<String, QueueLoad> queues = new TreeMap<>();
        for (MapMessage one = (MapMessage) questions.answer();
                one.itemExists("destinationName");
                one = (MapMessage) questions.answer()) {
            ActiveMQDestination queue = ActiveMQDestination.createDestination(
                    one.getString("destinationName"), ActiveMQDestination.QUEUE_TYPE);
            queues.put(queue.getPhysicalName(), new QueueLoad(one.getLong("size"), one.getLong("consumerCount")));
        }
        return Optional.of(queues);
    }

    @Override
    public List<Finding> look(Queues queues) throws JMSException {
        List<Finding> findings = new ArrayList<>();
        for (String queue : queues.intake()) {
            lookAtPriority(queue, findings);
        }
        if (!tells()) {
            findings.add(Finding.warning(
                    "no answer from a StatisticsPlugin: how deep queues are and how full the store is is not"
                            + " known, the door shuts when the broker refuses, and orphans are not found. Put <statisticsBrokerPlugin/>"
                            + " into <plugins>"));
        }
        findings.add(Finding.unseen("where a dead or expired message goes: it is to be " + EmbeddedBroker.STRAYS
                + ", for non-persistent ones too"));
        findings.add(Finding.unseen(
                "whether the intake is refused before the store is full (storeUsageHighWaterMark), and whether"
                        + " a full store fails a send at once (sendFailIfNoSpaceAfterTimeout) or blocks it"));
        findings.add(Finding.unseen(
                "whether each commit is on disk (persistent, journalDiskSyncStrategy=\"always\"), and whether a"
                        + " second broker takes over"));
        return findings;
    }

    private void lookAtPriority(String queue, List<Finding> findings) {
        try {
            if (!isPrioritised(queue)) {
                findings.add(Finding.warning(
                        queue + ": a high order waits behind the normal ones. Its policyEntry is to have"
                                + " prioritizedMessages=\"true\", and the name " + queue
                                + ".>, so that it can be tried below it"));
            }
        } catch (JMSException e) {
            findings.add(Finding.unseen(
                    queue + ": whether a high order overtakes those that wait; a queue below it could not be"
                            + " tried: " + e.getMessage()));
        }
    }

    /** Whether a message of high priority that came last is the first to be received. */
    private boolean isPrioritised(String queue) throws JMSException {
        ActiveMQQueue trial = new ActiveMQQueue(queue + ".trial-" + UUID.randomUUID());
        try (Session session = questions.connection().createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            try (MessageProducer producer = session.createProducer(trial)) {
                for (int priority : new int[] {LOW, LOW, HIGH}) {
                    producer.send(session.createMessage(), DeliveryMode.PERSISTENT, priority, 0);
                }
            }
            // Nothing is sent ahead: this client would sort it.
            try (MessageConsumer consumer =
                    session.createConsumer(new ActiveMQQueue(trial.getPhysicalName() + "?consumer.prefetchSize=0"))) {
                Message first = consumer.receive(TRY_MILLIS);
                boolean isHigh = first != null && first.getJMSPriority() == HIGH;
                for (Message next = first; next != null; ) {
                    next = consumer.receive(TRY_MILLIS / 10);
                }
                return isHigh;
            }
        } finally {
            questions.connection().destroyDestination(trial);
        }
    }
}
