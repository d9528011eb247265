package ordersystem.broker;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TransactionRolledBackException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import javax.transaction.xa.XAException;
import ordersystem.broker.Caller.Item;
import ordersystem.broker.Receipt.Verdict;
import ordersystem.order.Lane;
import ordersystem.order.OrderHeaders;
import ordersystem.order.Trace;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works off the callers that wait at the {@link Door}, a group at a time, on a JMS connection of its own. There is one at
 * a time; one that hangs is left behind by its callers and ends as soon as its call returns.
 */
final class DoorThread extends Thread {

    private static final Logger LOG = LoggerFactory.getLogger(DoorThread.class);
    /** How long the ledger is not asked after it failed to answer: 50 ms in every group would be felt by all. */
    private static final long LEDGER_AWAY_NANOS = Duration.ofSeconds(1).toNanos();

    private static final int HIGH_PRIORITY = 9;
    private static final int NORMAL_PRIORITY = 4;

    private final ConnectionFactory connections;
    private final Door.KnownOrders ledger;
    private final Door.Limits limits;
    private final BlockingQueue<Caller> waiting;
    private final RecentOrders recent;
    private final BooleanSupplier open;
    private final AtomicLong accepted;
    private final AtomicLong commits;

    private @Nullable Connection connection;
    private @Nullable Session session;
    private @Nullable MessageProducer producer;
    private volatile boolean broken;
    private long askLedgerFrom = System.nanoTime();

    DoorThread(
            ConnectionFactory connections,
            Door.KnownOrders ledger,
            Door.Limits limits,
            BlockingQueue<Caller> waiting,
            RecentOrders recent,
            BooleanSupplier open,
            AtomicLong accepted,
            AtomicLong commits) {
        super("door");
        this.connections = connections;
        this.ledger = ledger;
        this.limits = limits;
        this.waiting = waiting;
        this.recent = recent;
        this.open = open;
        this.accepted = accepted;
        this.commits = commits;
        setDaemon(true);
    }

    @Override
    public void run() {
        try {
            boolean alone = true;
            while (alone && (open.getAsBoolean() || !waiting.isEmpty())) {
                alone = workOff(gather());
            }
        } catch (InterruptedException e) {
            LOG.warn("The door thread was interrupted and ends; callers are answered when their time is over");
        } finally {
            disconnect();
        }
    }

    private Group gather() throws InterruptedException {
        Group group = new Group(this);
        group.add(waiting.take());
        long end = System.nanoTime() + limits.flushDelay().toNanos();
        while (group.orders() < limits.flushSize()) {
            Caller next = waiting.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                break;
            }
            group.add(next);
        }
        return group;
    }

    /** Answers every caller of the group; false if this thread was left behind meanwhile. */
    private boolean workOff(Group group) {
        Map<String, Set<String>> known = known(group);
        Map<String, Item> sending = new LinkedHashMap<>();
        for (Caller caller : group.callers) {
            for (Item item : caller.items) {
                if (!known.containsKey(item.order().orderId())) {
                    sending.putIfAbsent(item.order().orderId(), item);
                }
            }
        }
        Outcome outcome = sending.isEmpty() ? Outcome.COMMITTED : commit(group, sending.values());
        if (outcome.verdict() == Verdict.ACCEPTED) {
            sending.values()
                    .forEach(item -> recent.add(
                            item.order(), item.lane(), item.submission().sender()));
            accepted.addAndGet(sending.size());
        }
        boolean alone = group.beginAnswering();
        if (alone) {
            for (Caller caller : group.callers) {
                caller.answer.complete(caller.items.stream()
                        .map(item -> answer(item, known, sending, outcome))
                        .toList());
            }
        }
        if (outcome.verdict() != Verdict.ACCEPTED) {
            disconnect(); // after the answers: it can take as long as the failure did
        }
        return alone;
    }

    private static Receipt answer(
            Item item, Map<String, Set<String>> known, Map<String, Item> sending, Outcome outcome) {
        String orderId = item.order().orderId();
        Set<String> hashes = known.get(orderId);
        Item sent = sending.get(orderId);
        boolean sameBody = hashes != null
                ? hashes.contains(item.order().bodyHash())
                : sent == null || sent.order().bodyHash().equals(item.order().bodyHash());
        if (hashes == null && outcome.verdict() != Verdict.ACCEPTED) {
            return item.receipt(outcome.verdict(), outcome.reason());
        }
        return sameBody
                ? item.receipt(Verdict.ACCEPTED, "")
                : item.receipt(Verdict.CONFLICT, "order " + orderId + " is already there with another body");
    }

    /** By order id, the hashes of the bodies that were accepted before; only ids that are known. */
    private Map<String, Set<String>> known(Group group) {
        Map<String, Set<String>> known = new LinkedHashMap<>();
        Set<String> ask = new HashSet<>();
        for (Caller caller : group.callers) {
            for (Item item : caller.items) {
                String orderId = item.order().orderId();
                String before =
                        recent.find(orderId).map(RecentOrders.Recent::bodyHash).orElse("");
                if (!before.isEmpty()) {
                    known.computeIfAbsent(orderId, id -> new HashSet<>()).add(before);
                }
                if (!before.equals(item.order().bodyHash())) {
                    ask.add(orderId);
                }
            }
        }
        askLedger(ask).forEach((orderId, hashes) -> {
            if (!hashes.isEmpty()) {
                known.computeIfAbsent(orderId, id -> new HashSet<>()).addAll(hashes);
            }
        });
        return known;
    }

    private Map<String, Set<String>> askLedger(Collection<String> orderIds) {
        if (orderIds.isEmpty() || System.nanoTime() - askLedgerFrom < 0) {
            return Map.of();
        }
        try {
            return ledger.knownHashes(orderIds, limits.lookup());
        } catch (RuntimeException e) {
            LOG.warn("Orders are taken in without asking the ledger for known ids, for a second: {}", e.toString());
            askLedgerFrom = System.nanoTime() + LEDGER_AWAY_NANOS;
            return Map.of();
        }
    }

    private record Outcome(Verdict verdict, String reason) {
        static final Outcome COMMITTED = new Outcome(Verdict.ACCEPTED, "");

        static Outcome notAccepted(Exception e) {
            LOG.warn("Orders were not accepted: {}", e.toString());
            return new Outcome(Verdict.NOT_ACCEPTED, "the broker did not take it");
        }

        static Outcome unknown(Exception e) {
            LOG.warn("Orders may have been accepted: {}", e.toString());
            return new Outcome(Verdict.UNKNOWN, "the broker did not confirm it");
        }
    }

    private Outcome commit(Group group, Collection<Item> items) {
        Session mine;
        try {
            mine = connect();
            if (!group.beginSending()) {
                return new Outcome(Verdict.NOT_ACCEPTED, "left behind");
            }
            for (Item item : items) {
                send(mine, item);
            }
            if (group.isLeftBehind()) {
                mine.rollback();
                return new Outcome(Verdict.NOT_ACCEPTED, "left behind");
            }
        } catch (JMSException | RuntimeException e) {
            return Outcome.notAccepted(e); // nobody asked for a commit
        }
        try {
            mine.commit();
            commits.incrementAndGet();
            return Outcome.COMMITTED;
        } catch (JMSException | RuntimeException e) {
            return isRolledBack(e) ? Outcome.notAccepted(e) : Outcome.unknown(e);
        }
    }

    private void send(Session mine, Item item) throws JMSException {
        Message message = mine.createTextMessage(item.submission().text());
        Trace trace = item.submission().trace();
        if (trace != null) {
            message.setStringProperty(Trace.PARENT, trace.parent());
            if (trace.state() != null) {
                message.setStringProperty(Trace.STATE, trace.state());
            }
        }
        if (item.submission().sender() != null) {
            message.setStringProperty(OrderHeaders.SENDER, item.submission().sender());
        }
        int priority = item.lane().equals(Lane.HIGH) ? HIGH_PRIORITY : NORMAL_PRIORITY;
        if (producer == null) {
            producer = mine.createProducer(mine.createQueue(Door.INCOMING));
        }
        producer.send(message, DeliveryMode.PERSISTENT, priority, Message.DEFAULT_TIME_TO_LIVE);
    }

    /**
     * Whether the broker itself says that it rolled back: a send failed, the store being full, and marked the transaction.
     * Not so after a failover, where the client rolls back a commit of which nobody knows whether it had been done.
     */
    private static boolean isRolledBack(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof XAException && cause.getCause() instanceof TransactionRolledBackException) {
                return true;
            }
        }
        return false;
    }

    private Session connect() throws JMSException {
        if (broken) {
            disconnect();
        }
        if (connection == null) {
            connection = connections.createConnection();
            connection.setExceptionListener(e -> broken = true);
        }
        if (session == null) {
            session = connection.createSession(true, Session.SESSION_TRANSACTED);
        }
        return session;
    }

    private void disconnect() {
        Connection old = connection;
        connection = null;
        session = null;
        producer = null;
        broken = false;
        if (old != null) {
            try {
                old.close();
            } catch (JMSException e) {
                LOG.debug("Closing the door's connection: {}", e.toString());
            }
        }
    }
}
