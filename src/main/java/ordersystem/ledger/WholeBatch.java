package ordersystem.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import ordersystem.order.Content;
import org.jspecify.annotations.Nullable;

/**
 * A batch in which every change is of the one common kind: orders that arrived, deferred or not, or orders that were
 * handed over in their turn. It is written by a single statement, which takes PostgreSQL a third of the time of a statement a row. H2 has no
 * UPDATE … FROM, and nothing to gain: it is not reached over a network. Used by {@link Ledger}; stateless.
 */
final class WholeBatch {

    private WholeBatch() {}

    /** Whether these changes can be written so. */
    static boolean fits(List<Change> changes) {
        return changes.stream().allMatch(WholeBatch::isArrival)
                || changes.stream().allMatch(WholeBatch::isHandedOver);
    }

    private static boolean isArrival(Change change) {
        return change.step() == null
                && (change.state() == State.RECEIVED || change.state() == State.DEFERRED)
                && change.reason() == null
                && change.due() == null;
    }

    private static boolean isHandedOver(Change change) {
        return change.step() != null
                && change.lane() != null
                && change.state() == State.PROCESSED
                && change.reason() == null
                && change.due() == null
                && change.content() == null;
    }

    /**
     * Writes those that are new, or in their turn.
     *
     * @param changes sorted by order id, and {@link #fits fitting}: rows are locked in this order
     * @return of each change, whether it was written; to be asked once for each, in their order
     */
    static Predicate<Change> write(Connection c, List<Change> changes, String instance) throws SQLException {
        boolean arrivals = changes.get(0).step() == null;
        Set<Written> rows = new HashSet<>();
        try (PreparedStatement s = c.prepareStatement(arrivals ? Sql.INSERT_ARRIVALS : Sql.UPDATE_HANDED_OVER)) {
            s.setString(1, instance);
            set(s, 2, "varchar", changes, Change::orderId);
            set(s, 3, "varchar", changes, Change::messageId);
            set(s, 4, "varchar", changes, change -> Rows.name(change.lane()));
            set(s, 5, "integer", changes, Change::attempts);
            if (arrivals) {
                set(s, 6, "varchar", changes, change -> change.state().name());
                set(s, 7, "varchar", changes, Change::bodyHash);
                set(s, 8, "varchar", changes, Change::place);
                set(s, 9, "bytea", changes, kept(Content::body));
                set(s, 10, "varchar", changes, kept(content -> content.type().name()));
                set(s, 11, "varchar", changes, kept(content -> Rows.json(content.headers())));
                set(
                        s,
                        12,
                        "float8",
                        changes,
                        change -> change.draw() == null ? null : change.draw().probability());
                set(
                        s,
                        13,
                        "float8",
                        changes,
                        change -> change.draw() == null ? null : change.draw().number());
                set(s, 14, "varchar", changes, Change::sender);
            } else {
                set(s, 6, "integer", changes, Change::step);
            }
            try (ResultSet written = s.executeQuery()) {
                while (written.next()) {
                    rows.add(new Written(written.getString(1), written.getString(2)));
                }
            }
        }
        // Of two that say the same, one was written.
        return change -> rows.remove(new Written(change.orderId(), change.messageId()));
    }

    /** A row of the statement. */
    private record Written(String orderId, String messageId) {}

    private interface Column {
        @Nullable
        Object of(Change change);
    }

    /** The driver writes bytes only as an array of their own type. */
    private static void set(PreparedStatement s, int parameter, String type, List<Change> changes, Column column)
            throws SQLException {
        @Nullable Object[] values = type.equals("bytea") ? new byte[changes.size()][] : new Object[changes.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = column.of(changes.get(i));
        }
        s.setArray(parameter, s.getConnection().createArrayOf(type, values));
    }

    private interface Part {
        Object of(Content content);
    }

    private static Column kept(Part part) {
        return change -> change.content() == null ? null : part.of(change.content());
    }
}
