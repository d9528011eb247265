package ordersystem.transaction;

import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageFormatException;
import jakarta.jms.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import ordersystem.ledger.Change;
import ordersystem.ledger.Ledger;
import ordersystem.ledger.LedgerUnavailableException;
import ordersystem.ledger.Outcome;
import ordersystem.ledger.Reason;
import ordersystem.ledger.State;
import ordersystem.order.Content;
import ordersystem.order.Order;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.component.jms.DefaultJmsMessageListenerContainer;
import org.apache.camel.component.jms.JmsEndpoint;
import org.apache.camel.util.ObjectHelper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives for one consumer group, in batches: up to {@code size} messages that are there, for at most {@code maxTime}.
 * Each message goes through the routes as a {@link Delivery} of its own; at the end of the batch the ledger changes are
 * written, SQL commits, the collected sends are made, JMS commits, in this order. A crash between the two commits
 * redelivers messages that the ledger knows, and the rule of steps makes them harmless.
 *
 * <p>Spring runs {@link #receiveAndExecute} again and again on each consumer's thread; the state of a consumer is
 * confined to its thread, because what is rolled back comes back to the same consumer.
 */
final class BatchContainer extends DefaultJmsMessageListenerContainer {

    /** What escapes alone this often is dead-lettered without entering a route. */
    private static final int ESCAPES = 5;

    private static final int REMEMBERED_ESCAPES = 1_000;
    private static final Duration ESCAPE_WAIT = Duration.ofMillis(50);
    private static final Duration YIELD = Duration.ofMillis(10);
    /** How often a consumer that may not work asks again. */
    private static final Duration SHUT = Duration.ofMillis(200);

    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    /** A selector. */
    private static final String NOTHING = "JMSPriority < 0";

    private static final Logger LOG = LoggerFactory.getLogger(BatchContainer.class);

    private final Batch batch;
    private final Ledger ledger;
    private final String queue;
    private final BooleanSupplier intakeIsBusy;
    private final Precautions precautions;
    private final WorkGate gate;
    private final Witness witness;
    private final Replies replies;
    private final Turns turns;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final AtomicInteger slots = new AtomicInteger();
    private final Queue<Integer> freeSlots = new ConcurrentLinkedQueue<>();
    private final ThreadLocal<Consumer> consumers = ThreadLocal.withInitial(Consumer::new);

    /**
     * @param gate asked where the queue is a lane's
     * @param witness is told what became of orders
     * @param replies for senders that ask for one
     * @param turns begun with each batch
     */
    BatchContainer(
            JmsEndpoint endpoint,
            String queue,
            Batch batch,
            Ledger ledger,
            BooleanSupplier intakeIsBusy,
            Precautions precautions,
            WorkGate gate,
            Witness witness,
            Replies replies,
            Turns turns) {
        super(endpoint);
        this.precautions = precautions;
        this.gate = QueueNames.isLane(queue) ? gate : WorkGate.OPEN;
        this.witness = witness;
        this.replies = replies;
        this.turns = turns;
        this.intakeIsBusy = intakeIsBusy;
        this.queue = queue;
        this.batch = batch;
        this.ledger = ledger;
        setExposeListenerSession(false);
    }

    @Override
    protected MessageConsumer createListenerConsumer(Session session) throws JMSException {
        return new ReturningConsumer(() -> super.createListenerConsumer(session));
    }

    @Override
    protected boolean receiveAndExecute(Object invoker, @Nullable Session session, @Nullable MessageConsumer consumer)
            throws JMSException {
        if (session == null || consumer == null) {
            throw new IllegalStateException("a batch needs cacheLevelName=CACHE_CONSUMER");
        }
        letIntakeGoFirst();
        boolean taken = false;
        Duration rest = Duration.ZERO;
        try (WorkGate.Leave leave = gate.enter(queue)) {
            Message first = leave == null ? null : receiveMessage(consumer);
            if (first != null && leave != null && leave.holds()) {
                taken = true;
                messageReceived(invoker, session);
                rest = inTurn(first, session, consumer, leave);
            } else {
                if (first != null) {
                    // The gate was shut while this consumer waited for a message.
                    session.rollback();
                }
                if (leave == null || first != null) {
                    ((ReturningConsumer) consumer).giveBack();
                    rest = SHUT;
                }
                noMessageReceived(invoker, session);
            }
        }
        // Without leave, which another may have meanwhile.
        pause(rest);
        return taken;
    }

    /** @return how long the consumer is to wait after it; not in its turn, or no route could be exchanged meanwhile */
    private Duration inTurn(Message first, Session session, MessageConsumer consumer, WorkGate.Leave leave)
            throws JMSException {
        // Asked with a message at hand: an idle consumer waits for one for a second.
        if (!turns.begin(() -> stopping.getCount() > 0)) {
            session.rollback();
            return Duration.ZERO;
        }
        try {
            return take(first, session, consumer, leave);
        } finally {
            turns.end();
        }
    }

    private Duration take(Message first, Session session, MessageConsumer consumer, WorkGate.Leave leave)
            throws JMSException {
        Integer free = freeSlots.poll();
        int slot = free == null ? slots.getAndIncrement() : free;
        try {
            return consumers.get().take(first, session, consumer, leave, queue + "-" + slot);
        } finally {
            freeSlots.add(slot);
        }
    }

    @Override
    public void shutdown() {
        stopping.countDown();
        super.shutdown();
    }

    private record Escape(int times, Reason reason) {}

    /** One consumer of the group, on its thread. */
    private final class Consumer {
        /** How many of the next messages are taken one at a time. */
        private int singles;

        private Duration wait = FIRST_WAIT;
        private final Map<String, Escape> escapes = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Escape> eldest) {
                return size() > REMEMBERED_ESCAPES;
            }
        };

        /** @return how long it is to wait before the next batch */
        Duration take(Message first, Session session, MessageConsumer consumer, WorkGate.Leave leave, String name)
                throws JMSException {
            int size = singles > 0 || leave.isForOne() ? 1 : batch.size();
            long end = System.nanoTime() + batch.maxTime().toNanos();
            List<Delivery> deliveries = new ArrayList<>();
            try {
                for (Message next = first; next != null; ) {
                    Delivery delivery = new Delivery(
                            session, next, leave, QueueNames.isLane(queue) ? OrderMessage.idForLog(next) : null);
                    deliveries.add(delivery);
                    run(delivery);
                    if (next.getJMSPriority() > Order.DEFAULT_JMS_PRIORITY) {
                        end = Math.min(end, System.nanoTime() + batch.highTime().toNanos());
                    }
                    boolean more = deliveries.size() < size
                            && System.nanoTime() < end
                            && isRunning()
                            && leave.holds()
                            && !turns.isHeld();
                    next = more ? consumer.receiveNoWait() : null;
                }
                commit(session, deliveries, name);
                settled(deliveries);
                return Duration.ZERO;
            } catch (LedgerUnavailableException | JMSException e) {
                session.rollback();
                if (deliveries.size() == 1 && isRefusal(e)) {
                    return escaped(deliveries, e);
                }
                // The ledger or the broker is away, or a commit has an unknown outcome: nobody's fault, no attempt.
                if (e instanceof JMSException) {
                    singles = batch.size();
                    // The client hands out again what it remembers, though that commit may have been done.
                    ((ReturningConsumer) consumer).giveBack();
                }
                LOG.warn(
                        "{}: {} message(s) back to the queue for {}: {}", queue, deliveries.size(), wait, e.toString());
                Duration now = wait;
                wait = wait.multipliedBy(2).compareTo(LONGEST_WAIT) < 0 ? wait.multipliedBy(2) : LONGEST_WAIT;
                return now;
            } catch (RuntimeException | Error e) {
                precautions.haltIfBroken(e);
                session.rollback();
                singles = batch.size();
                return escaped(deliveries, e);
            }
        }

        private void run(Delivery delivery) throws JMSException {
            Escape escape = escapes.get(delivery.key());
            if (escape != null && escape.times() >= ESCAPES) {
                if (escape.times() == ESCAPES) {
                    bury(delivery, escape.reason());
                } else {
                    setAside(delivery, escape.reason());
                }
                delivery.seal();
                return;
            }
            Reason reason = precautions.quarantine().run(delivery, queue, slot -> runRoute(delivery, slot));
            if (reason != null) {
                bury(delivery, reason);
                delivery.seal();
            }
        }

        private void runRoute(Delivery delivery, InHand.Slot slot) throws JMSException {
            // Who is alone holds up everybody.
            boolean isLimited = QueueNames.isLane(queue) || slot.isAlone();
            TimeLimit.Turn turn = isLimited ? precautions.timeLimit().begin(queue, delivery, slot) : null;
            Delivery.bind(delivery);
            try (turn) {
                invokeListener(delivery.session(), delivery.message());
                requireAccount(delivery);
                delivery.tellSuccess();
            } catch (RuntimeException | Error e) {
                precautions.haltIfBroken(e);
                LedgerUnavailableException away = ObjectHelper.getException(LedgerUnavailableException.class, e);
                if (away != null) {
                    throw away;
                }
                throw e;
            } finally {
                Delivery.bind(null);
                delivery.seal();
            }
        }

        /** Whether the broker is there and does not take what this one message wants to send, today or tomorrow. */
        private static boolean isRefusal(Exception e) {
            return e instanceof InvalidDestinationException
                    || e instanceof JMSSecurityException
                    || e instanceof MessageFormatException;
        }

        private void settled(List<Delivery> deliveries) throws JMSException {
            wait = FIRST_WAIT;
            if (singles > 0) {
                singles--;
            }
            for (Delivery delivery : deliveries) {
                precautions.quarantine().settled(delivery);
                escapes.remove(delivery.key());
            }
        }

        /** @return how long to wait then */
        private Duration escaped(List<Delivery> deliveries, Throwable e) throws JMSException {
            String id = deliveries.get(deliveries.size() - 1).key();
            if (deliveries.size() > 1) {
                LOG.warn("{}: {} messages back to the queue, to be taken one by one", queue, deliveries.size(), e);
                return Duration.ZERO;
            }
            Escape before = escapes.get(id);
            int times = before == null ? 1 : before.times() + 1;
            Throwable cause = e;
            while (cause instanceof RuntimeCamelException && cause.getCause() != null) {
                cause = cause.getCause();
            }
            escapes.put(
                    id,
                    new Escape(
                            times,
                            new Reason(cause.getClass().getName(), String.valueOf(cause.getMessage()), null, null)));
            LOG.warn("{}: message {} failed alone, {} of {} times", queue, id, times, ESCAPES, e);
            return ESCAPE_WAIT.multipliedBy(1L << Math.min(times, ESCAPES));
        }
    }

    /** An order that is refused is lost business, one that waits is not. Not for ever, so that work goes on meanwhile. */
    private void letIntakeGoFirst() {
        long end = System.nanoTime() + batch.yields().toNanos();
        while (intakeIsBusy.getAsBoolean() && System.nanoTime() < end && isRunning()) {
            pause(YIELD);
        }
    }

    /** Waits, and not longer than until the container is shut down. */
    private void pause(Duration time) {
        if (time.isZero()) {
            return;
        }
        try {
            boolean stopped = stopping.await(time.toMillis(), TimeUnit.MILLISECONDS);
            LOG.debug("{}: going on; stopping: {}", queue, stopped);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The ledger first, then the broker: what the ledger knows is harmless when it is delivered again. */
    private void commit(Session session, List<Delivery> deliveries, String consumer) throws JMSException {
        List<Delivery> recorded = new ArrayList<>();
        List<Change> changes = new ArrayList<>();
        for (Delivery delivery : deliveries) {
            Change change = delivery.change();
            if (change != null) {
                recorded.add(delivery);
                changes.add(change);
            }
        }
        Map<Delivery, Outcome> outcomes = new HashMap<>();
        List<Outcome> written = write(session, changes, consumer);
        for (int i = 0; i < written.size(); i++) {
            outcomes.put(recorded.get(i), written.get(i));
        }
        try (Outbox outbox = new Outbox(session)) {
            for (Delivery delivery : deliveries) {
                send(outbox, delivery, outcomes.get(delivery));
            }
        }
        session.commit();
        // After both commits, so that what was rolled back and is done again is told once.
        for (int i = 0; i < written.size(); i++) {
            Outcome.Verdict verdict = written.get(i).verdict();
            if (verdict == Outcome.Verdict.WRITTEN || verdict == Outcome.Verdict.SEND_AGAIN) {
                tell(changes.get(i), recorded.get(i).message());
            }
        }
        if (takesOrdersIn()) {
            for (Delivery delivery : deliveries) {
                answer(delivery, outcomes.get(delivery));
            }
        }
    }

    private List<Outcome> write(Session session, List<Change> changes, String consumer) throws JMSException {
        try {
            return changes.isEmpty() ? List.of() : ledger.write(consumer, changes, () -> requireHeld(session));
        } catch (JMSRuntimeException e) {
            JMSException lost = new JMSException(e.getMessage());
            lost.initCause(e);
            throw lost;
        }
    }

    /**
     * The broker gives away what a consumer has in hand when it drops the connection. One on which it still answers was not
     * dropped until then, whatever the consumer did not hear of while it was in a turn.
     */
    private void requireHeld(Session session) {
        try {
            session.createConsumer(session.createQueue(queue), NOTHING).close();
        } catch (JMSException e) {
            throw new JMSRuntimeException("another consumer may have its messages: " + e.getMessage(), null, e);
        }
    }

    private boolean takesOrdersIn() {
        return queue.equals(QueueNames.INCOMING) || batch.takesOrdersIn();
    }

    private void answer(Delivery delivery, @Nullable Outcome outcome) throws JMSException {
        Message arrival = delivery.message();
        if (arrival.getJMSReplyTo() == null) {
            return;
        }
        Change change = delivery.change();
        if (change != null && outcome != null) {
            replies.recorded(arrival, change, outcome);
        } else {
            for (Delivery.Send send : delivery.sends()) {
                if (send.destination() instanceof jakarta.jms.Queue to
                        && to.getQueueName().equals(QueueNames.INVALID)) {
                    replies.refused(arrival, send.message());
                }
            }
        }
    }

    private void tell(Change change, Message message) throws JMSException {
        if (change.step() == null && (change.state() == State.RECEIVED || change.state() == State.DEFERRED)) {
            witness.received(change);
        }
        if (change.state() != State.PROCESSED && change.state() != State.FAILED) {
            return;
        }
        long receivedAt = OrderMessage.receivedAt(message, change.step() == null);
        if (change.state() == State.PROCESSED) {
            witness.processed(change, Instant.ofEpochMilli(receivedAt));
        } else {
            witness.failed(change);
        }
        OrderLog.tell(change, message, receivedAt);
    }

    private static void send(Outbox outbox, Delivery delivery, @Nullable Outcome outcome) throws JMSException {
        Change change = delivery.change();
        if (outcome == null || change == null) {
            outbox.send(delivery.sends());
            return;
        }
        switch (outcome.verdict()) {
            case WRITTEN, SEND_AGAIN -> outbox.send(delivery.sendsOf(change, outcome.step()));
            case RESEND -> {
                Outcome.OnItsWay order = Objects.requireNonNull(outcome.onItsWay());
                outbox.forward(
                        delivery.message(),
                        order.place(),
                        DeliveryLedger.headers(change, delivery.message(), order, outcome.step()));
            }
            case CONFLICT ->
                outbox.forward(
                        delivery.message(),
                        QueueNames.INVALID,
                        DeliveryLedger.refusal(delivery.message(), DeliveryLedger.KNOWN_WITH_ANOTHER_BODY));
            case ACKNOWLEDGE, DUPLICATE -> {}
        }
    }

    /** A route that ends without a word, by a stop step for example, would have its message acknowledged and forgotten. */
    private void requireAccount(Delivery delivery) throws JMSException {
        boolean lane =
                QueueNames.isLane(queue) && OrderMessage.of(delivery.message()).isOnItsWay();
        boolean silent = delivery.change() == null && (lane || delivery.sends().isEmpty());
        if (silent && (queue.startsWith("orders.") || batch.takesOrdersIn())) {
            throw new IllegalStateException("the route of " + queue + " ended without recording or sending its message;"
                    + " a step such as stop, or a policy with handled, must not end it");
        }
    }

    /** Dead-letters a message that no route gets through, unread. */
    private void bury(Delivery delivery, Reason reason) throws JMSException {
        Message message = delivery.message();
        OrderMessage order = OrderMessage.of(message);
        String orderId = order.orderId();
        Map<String, Object> headers = DeliveryLedger.refusal(message, reason);
        String grave = QueueNames.UNFILED;
        if (takesOrdersIn()) {
            grave = QueueNames.INVALID;
        } else if (QueueNames.isLane(queue) && orderId != null && order.isOnItsWay()) {
            grave = QueueNames.deadLetter(queue);
            Change change = new Change(
                    orderId,
                    order.lane(),
                    State.RECEIVED,
                    delivery.key(),
                    order.step(),
                    null,
                    null,
                    order.attempts() + 1,
                    null,
                    reason,
                    readable(message));
            headers.putAll(DeliveryLedger.headers(change, message));
            delivery.record(change);
        }
        LOG.error("{}: message {} to {}: {}", queue, message.getJMSMessageID(), grave, reason);
        delivery.collect(Outbox.forwarding(message, grave, headers));
    }

    /** Its content, to be kept while it is on its way to its grave; null where reading it is what fails. */
    private static @Nullable Content readable(Message message) {
        try {
            return ReceivedContent.of(message);
        } catch (JMSException | RuntimeException e) {
            LOG.warn("a message that is buried cannot be read, so it is not kept: {}", e.toString());
            return null;
        }
    }

    /** The last resort for a message that cannot even be buried: as it is, out of the way of the others. */
    private void setAside(Delivery delivery, Reason reason) throws JMSException {
        LOG.error("{}: message {} to {}: {}", queue, delivery.message().getJMSMessageID(), QueueNames.UNFILED, reason);
        delivery.collect(Outbox.forwarding(
                delivery.message(), QueueNames.UNFILED, DeliveryLedger.refusal(delivery.message(), reason)));
    }
}
