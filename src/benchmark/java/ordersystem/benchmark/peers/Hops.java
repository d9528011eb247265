package ordersystem.benchmark.peers;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import ordersystem.benchmark.peers.Consumers.Hop;
import ordersystem.benchmark.peers.Consumers.Send;
import ordersystem.benchmark.peers.Consumers.Work;
import ordersystem.benchmark.peers.PeerLedger.Entry;
import ordersystem.order.InvalidOrderException;
import ordersystem.order.Lane;
import ordersystem.order.Order;
import ordersystem.order.OrderHeaders;
import org.apache.activemq.command.ActiveMQQueue;

/** The hops of the hand-written peers. The received message itself is sent on: its text is not made anew. */
final class Hops {

    private static final Queue HIGH = new ActiveMQQueue(Peers.queue(Lane.HIGH));
    private static final Queue NORMAL = new ActiveMQQueue(Peers.queue(Lane.NORMAL));
    private static final Queue FULFILLED = new ActiveMQQueue(Peers.FULFILLED);
    private static final Queue INVALID = new ActiveMQQueue(Peers.INVALID);

    private Hops() {}

    /** Writes a batch to the ledger, and says which messages are to be sent on. */
    private interface Writing {
        Set<String> write(String consumer, List<Entry> entries) throws SQLException;
    }

    private record LedgerHop(Duration warehouse, Writing writing, Function<Lane, Queue> to) implements Hop {
        @Override
        public Work read(Message message) throws JMSException {
            try {
                Order order = Peers.READER.read(message.getBody(Object.class), message.getJMSPriority());
                Peers.fulfil(order, warehouse);
                return new Work(message, new Entry(order, Peers.lane(order), message.getJMSMessageID()));
            } catch (InvalidOrderException e) {
                return new Work(message, null);
            }
        }

        @Override
        public List<Send> settle(String consumer, List<Work> batch) throws SQLException, JMSException {
            List<Entry> entries =
                    batch.stream().map(Work::entry).filter(Objects::nonNull).toList();
            Set<String> sendable = entries.isEmpty() ? Set.of() : writing.write(consumer, entries);
            List<Send> sends = new ArrayList<>(batch.size());
            for (Work work : batch) {
                Entry entry = work.entry();
                if (entry == null) {
                    sends.add(new Send(INVALID, work.message()));
                } else if (sendable.contains(entry.messageId())) {
                    work.message().clearProperties();
                    work.message()
                            .setStringProperty(OrderHeaders.ID, entry.order().orderId());
                    sends.add(new Send(to.apply(entry.lane()), work.message()));
                }
            }
            return sends;
        }
    }

    static Hop receive(PeerLedger ledger, boolean batched) {
        return new LedgerHop(
                Duration.ZERO,
                batched ? ledger::receive : (consumer, entries) -> one(entries, ledger.receive(entries.get(0))),
                lane -> lane.equals(Lane.HIGH) ? HIGH : NORMAL);
    }

    static Hop process(PeerLedger ledger, boolean batched, Duration warehouse) {
        return new LedgerHop(
                warehouse,
                batched ? ledger::process : (consumer, entries) -> one(entries, ledger.process(entries.get(0))),
                lane -> FULFILLED);
    }

    static Hop receiveAndProcess(PeerLedger ledger, Duration warehouse) {
        return new LedgerHop(warehouse, ledger::receiveAndProcess, lane -> FULFILLED);
    }

    private static Set<String> one(List<Entry> entries, boolean sendable) {
        return sendable ? Set.of(entries.get(0).messageId()) : Set.of();
    }
}
