package ordersystem.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * For how long the order has been pending that came first of those that are: from a few entries of an index, however many
 * orders there are. Stateless.
 */
final class OldestPending {

    private static final String AGE = "CAST(EXTRACT(EPOCH FROM (CURRENT_TIMESTAMP - received_at)) AS BIGINT) AS age";

    /** The first entry of the index orders_pending. COALESCE so that no other one can be used, whatever statistics say. */
    private static final String ON_POSTGRESQL = "SELECT " + AGE + " FROM orders"
            + " WHERE COALESCE(state, '') IN ('RECEIVED', 'RETRYING', 'DEFERRED') ORDER BY received_at LIMIT 1";

    /**
     * H2 has no index of some rows only, and one more of all rows would cost each order two more entries. But entries of
     * orders_by_state that are equal stand in the order in which their rows were inserted: the first one is the oldest.
     */
    private static final String ON_ITS_WAY = "SELECT place, " + AGE + " FROM orders"
            + " WHERE state = 'RECEIVED' AND lane = ? AND place > ? ORDER BY state, lane, place LIMIT 1";

    private static final String WAITING = "SELECT " + AGE + " FROM orders"
            + " WHERE state = ? AND lane = ? AND place IS NULL ORDER BY state, lane, place LIMIT 1";

    private static final List<State> IN_THE_WAITING_ROOM = List.of(State.RETRYING, State.DEFERRED);

    private record Found(String place, long age) {}

    private OldestPending() {}

    static Optional<Duration> onPostgresql(Connection c) throws SQLException {
        return Database.query(c, ON_POSTGRESQL, s -> {}, rs -> age(rs.getLong("age"))).stream()
                .findFirst();
    }

    /** @param lanes all that there are */
    static Optional<Duration> onH2(Connection c, Collection<String> lanes) throws SQLException {
        List<Duration> oldest = new ArrayList<>();
        for (String lane : lanes) {
            for (State state : IN_THE_WAITING_ROOM) {
                oldest.addAll(Database.query(
                        c,
                        WAITING,
                        s -> {
                            s.setString(1, state.name());
                            s.setString(2, lane);
                        },
                        rs -> age(rs.getLong("age"))));
            }
            addOnItsWay(c, lane, oldest);
        }
        return oldest.stream().max(Comparator.naturalOrder());
    }

    /**
     * One of each queue: from the first entry of one to the first of the next. H2 begins at the value that is to be exceeded,
     * and would read all entries that are equal to it; nothing is equal to the name of a queue and a space.
     */
    private static void addOnItsWay(Connection c, String lane, List<Duration> oldest) throws SQLException {
        List<Found> next = List.of(new Found("", 0));
        while (!next.isEmpty()) {
            String after = next.get(0).place() + " ";
            next = Database.query(
                    c,
                    ON_ITS_WAY,
                    s -> {
                        s.setString(1, lane);
                        s.setString(2, after);
                    },
                    rs -> new Found(rs.getString("place"), rs.getLong("age")));
            next.forEach(found -> oldest.add(age(found.age())));
        }
    }

    private static Duration age(long seconds) {
        return Duration.ofSeconds(Math.max(0, seconds));
    }
}
