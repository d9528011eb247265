package ordersystem.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import ordersystem.ledger.State.Count;
import ordersystem.order.Lane;
import org.jspecify.annotations.Nullable;

/**
 * By how much one transaction changes the counters of one consumer, lane by lane. Filled by {@link Ledger} while it
 * writes, added to the consumer's own rows as the last statement before the commit. For one thread.
 */
final class CounterChanges {

    /** The columns of a counter row, in the order in which the SQL names them. */
    private enum Counter {
        RECEIVED,
        PROCESSED,
        FAILED,
        INVALID,
        DUPLICATES,
        RETRIED,
        DEFERRED,
        FAILED_EVENTS,
        RETRYING,
        ADMITTED,
        DEFERRALS,
        RELEASED,
        PAST
    }

    /** By lane; sorted, so that two transactions never lock two rows in another order. */
    private final Map<String, long[]> lanes = new TreeMap<>();

    /** An order came in. */
    void arrived(Change change) {
        place(change.lane(), change.state(), 1);
        event(change.lane(), change.state());
        if (change.draw() != null && change.draw().isAdmitted()) {
            add(change.lane(), Counter.ADMITTED, 1);
        }
    }

    /** An order went from one state to another. */
    void moved(@Nullable Lane from, State old, @Nullable Lane to, State state) {
        put(from, old, to, state);
        event(to, state);
        if (old == State.DEFERRED && state == State.RECEIVED) {
            add(to, Counter.RELEASED, 1);
        }
    }

    /** A person took an order in; it did not fail. */
    void took(Lane lane, State state) {
        place(lane, state, 1);
    }

    /** A person put an order from one state into another; it did not fail anew. */
    void put(@Nullable Lane from, State old, @Nullable Lane to, State state) {
        place(from, old, -1);
        place(to, state, 1);
    }

    void duplicate(@Nullable Lane lane) {
        add(lane, Counter.DUPLICATES, 1);
    }

    /** So many orders are past only, from now on; negative where they are among the others again. */
    void past(Lane lane, int orders) {
        add(lane, Counter.PAST, orders);
    }

    /** A row of counters, as a whole. */
    void add(ResultSet row) throws SQLException {
        long[] counters = counters(row.getString("lane"));
        for (Counter counter : Counter.values()) {
            counters[counter.ordinal()] += row.getLong(counter.name());
        }
    }

    void writeTo(Connection c, String instance, String consumer) throws SQLException {
        List<String> touched = new ArrayList<>(lanes.keySet());
        touched.removeIf(lane -> isNothing(lane));
        if (touched.isEmpty()) {
            return;
        }
        int[] rows = add(c, touched, instance, consumer);
        List<String> missing = new ArrayList<>();
        for (int i = 0; i < rows.length; i++) {
            if (rows[i] == 0) {
                missing.add(touched.get(i));
            }
        }
        if (!missing.isEmpty()) {
            try (PreparedStatement insert = c.prepareStatement(Sql.INSERT_COUNTER)) {
                for (String lane : missing) {
                    insert.setString(1, instance);
                    insert.setString(2, lane);
                    insert.setString(3, consumer);
                    insert.addBatch();
                }
                insert.executeBatch();
            }
            add(c, missing, instance, consumer);
        }
    }

    private int[] add(Connection c, List<String> touched, String instance, String consumer) throws SQLException {
        try (PreparedStatement update = c.prepareStatement(Sql.ADD_TO_COUNTER)) {
            for (String lane : touched) {
                int parameter = 1;
                for (long change : counters(lane)) {
                    update.setLong(parameter++, change);
                }
                update.setString(parameter++, instance);
                update.setString(parameter++, lane);
                update.setString(parameter, consumer);
                update.addBatch();
            }
            return update.executeBatch();
        }
    }

    private void place(@Nullable Lane lane, State state, int change) {
        if (state.count() == Count.INVALID) {
            add(lane, Counter.INVALID, change);
            return;
        }
        add(lane, Counter.RECEIVED, change);
        if (state.count() == Count.PROCESSED) {
            add(lane, Counter.PROCESSED, change);
        } else if (state.count() == Count.FAILED) {
            add(lane, Counter.FAILED, change);
        }
        if (state == State.DEFERRED) {
            add(lane, Counter.DEFERRED, change);
        } else if (state == State.RETRYING) {
            add(lane, Counter.RETRYING, change);
        }
    }

    private void event(@Nullable Lane lane, State state) {
        if (state == State.RETRYING) {
            add(lane, Counter.RETRIED, 1);
        } else if (state == State.FAILED) {
            add(lane, Counter.FAILED_EVENTS, 1);
        } else if (state == State.DEFERRED) {
            add(lane, Counter.DEFERRALS, 1);
        }
    }

    private void add(@Nullable Lane lane, Counter counter, int change) {
        counters(lane == null ? "" : lane.name())[counter.ordinal()] += change;
    }

    private long[] counters(String lane) {
        return lanes.computeIfAbsent(lane, name -> new long[Counter.values().length]);
    }

    private boolean isNothing(String lane) {
        for (long change : counters(lane)) {
            if (change != 0) {
                return false;
            }
        }
        return true;
    }
}
