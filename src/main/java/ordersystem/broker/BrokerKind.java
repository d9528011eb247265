package ordersystem.broker;

import jakarta.jms.JMSException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import ordersystem.broker.BrokerLoad.QueueLoad;
import org.apache.activemq.command.BrokerInfo;
import org.jspecify.annotations.Nullable;

/** A kind of external broker: what it tells of itself, and how it is asked. Confined to one thread. */
interface BrokerKind {

    /**
     * How full it is.
     *
     * @param store share of the limit; null where there is none
     * @param memory share of the limit
     */
    record Usage(@Nullable Double store, double memory) {}

    /**
     * The queues that OrderSystem needs, by what they are for.
     *
     * @param intake where orders come in
     * @param inside where they are on their way: lanes, dead-letter queues
     */
    record Queues(Set<String> intake, Set<String> inside) {}

    /** What it is, in words. */
    String name();

    /** Percent of {@link Usage#store} from which on no order is taken in, so that those inside have room. */
    int storeMark();

    /** The setting that limits the store. */
    String storeLimit();

    /** Empty where it does not tell. */
    Optional<Usage> usage() throws JMSException;

    /**
     * Those that are there, by name; empty where it does not tell.
     *
     * @param name a queue's; or one that ends with {@code .>}, for all that begin so
     */
    Optional<Map<String, QueueLoad>> queues(String name) throws JMSException;

    /** What is wrong with its settings, and what cannot be seen of them from here. */
    List<Finding> look(Queues queues) throws JMSException;

    /** The name of its configuration file. */
    String configuration();

    /** Which kind it is: what Classic calls itself begins so; Artemis has a UUID. */
    static BrokerKind of(BrokerQuestions questions, Clock clock) throws JMSException {
        BrokerInfo info = questions.info();
        boolean isClassic = info == null
                || info.getBrokerId() == null
                || info.getBrokerId().getValue().startsWith("ID:");
        return isClassic ? new ClassicBroker(questions, clock) : new ArtemisBroker(questions);
    }
}
