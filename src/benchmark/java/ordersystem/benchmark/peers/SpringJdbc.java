package ordersystem.benchmark.peers;

import ordersystem.benchmark.peers.PeerLedger.Entry;
import ordersystem.order.Order;
import org.springframework.jdbc.core.JdbcTemplate;

/** One row of the ledger by {@link JdbcTemplate}, as users of Spring and of Camel write it. */
final class SpringJdbc {

    private SpringJdbc() {}

    /** Records an arrival; whether the message is to be sent on. */
    static boolean receive(JdbcTemplate jdbc, Entry entry) {
        Order order = entry.order();
        int rows = jdbc.update(
                PeerLedger.RECEIVE,
                order.orderId(),
                entry.lane().name(),
                entry.messageId(),
                Peers.queue(entry.lane()),
                order.bodyHash());
        return rows == 1 || isWritten(jdbc, entry);
    }

    /** Records that an order was handed over; whether the message is to be sent on. */
    static boolean process(JdbcTemplate jdbc, Entry entry) {
        int rows =
                jdbc.update(PeerLedger.PROCESS, entry.messageId(), entry.order().orderId());
        return rows == 1 || isWritten(jdbc, entry);
    }

    private static boolean isWritten(JdbcTemplate jdbc, Entry entry) {
        Integer rows = jdbc.queryForObject(
                PeerLedger.WRITTEN_BEFORE, Integer.class, entry.order().orderId(), entry.messageId());
        return rows != null && rows == 1;
    }
}
