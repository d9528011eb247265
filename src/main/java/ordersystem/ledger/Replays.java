package ordersystem.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import ordersystem.ledger.Action.By;
import ordersystem.ledger.Action.Kind;
import ordersystem.ledger.Action.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * Sends chosen dead letters on at a rate: some each second, in the order of their ids, until all that fitted at the start
 * have had their turns. All of it stands in the ledger, so that it survives a restart and any instance can take it on; one
 * transaction moves some orders and remembers how far it got. Safe for any number of threads.
 */
public final class Replays {

    /** More than this at once would hold locks for long. */
    private static final int MOST_AT_ONCE = 1_000;

    private static final String START = """
            INSERT INTO replays (id, started_at, who, note, selection, failed_before, per_second, chosen, after_id, advanced_at)
            VALUES (?, CURRENT_TIMESTAMP, ?, ?, ?, COALESCE(CAST(? AS TIMESTAMP WITH TIME ZONE), CURRENT_TIMESTAMP), ?, ?, '',
                CURRENT_TIMESTAMP)""";

    private static final String COLUMNS = """
            SELECT id, started_at, who, note, selection, failed_before, per_second, chosen, after_id, paused_because, cancelled_by, ended_at, settled_at,
                CAST(EXTRACT(EPOCH FROM (CURRENT_TIMESTAMP - advanced_at)) AS DOUBLE PRECISION) AS seconds
            FROM replays""";

    private static final String FIND = COLUMNS + " WHERE id = ?";
    private static final String LATEST = COLUMNS + " ORDER BY started_at DESC, id LIMIT ?";
    private static final String UNSETTLED = "SELECT id FROM replays WHERE settled_at IS NULL ORDER BY started_at";
    private static final String LOCK = COLUMNS + " WHERE id = ? AND ended_at IS NULL FOR UPDATE SKIP LOCKED";

    private static final String ADVANCED = """
            UPDATE replays SET after_id = ?, paused_because = ?, advanced_at = CURRENT_TIMESTAMP,
                ended_at = CASE WHEN CAST(? AS BOOLEAN) THEN CURRENT_TIMESTAMP END
            WHERE id = ?""";

    private static final String CANCEL =
            "UPDATE replays SET cancelled_by = ?, ended_at = CURRENT_TIMESTAMP WHERE id = ? AND ended_at IS NULL";

    private static final String IS_THROUGH = """
            replay = ? AND outcome = 'UNDER_WAY'
                AND (SELECT state FROM orders o WHERE o.order_id = order_actions.order_id) IN ('PROCESSED', 'FAILED')""";

    /** Looked for without the one writer's turn of H2: a replay may have some ten thousand orders under way. */
    private static final String THROUGH = "SELECT order_id FROM order_actions WHERE " + IS_THROUGH + " LIMIT ?";

    private static final String SETTLE = """
            UPDATE order_actions SET outcome = CASE (SELECT state FROM orders o WHERE o.order_id = order_actions.order_id)
                WHEN 'PROCESSED' THEN 'SUCCEEDED' ELSE 'FAILED' END
            WHERE order_id = ANY(?) AND""" + " " + IS_THROUGH;

    private static final String SETTLED = """
            UPDATE replays SET settled_at = CURRENT_TIMESTAMP WHERE id = ? AND ended_at IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM order_actions WHERE replay = ? AND outcome = 'UNDER_WAY')""";

    private static final String OUTCOMES =
            "SELECT outcome, COUNT(*) FROM order_actions WHERE replay = ? GROUP BY outcome";

    private static final String ORDERS = """
            SELECT order_id, outcome FROM order_actions WHERE replay = ? AND order_id > ? ORDER BY order_id LIMIT ?""";

    private static final JsonMapper JSON = JsonMapper.builder()
            .serializationInclusion(JsonInclude.Include.NON_NULL)
            .build();

    /** One order of a replay, and what became of it. */
    public record Replayed(String orderId, Outcome outcome) {}

    /** A replay's row, without its outcomes. */
    private record Row(Replay replay, String afterId, double seconds) {}

    private final Database database;
    private final String instance;

    Replays(Database database, String instance) {
        this.database = database;
        this.instance = instance;
    }

    /**
     * Begins to send on what fits. Dead letters that fail after this moment are not part of it.
     *
     * @param perSecond at least 1
     */
    public Replay start(Selection selection, int perSecond, By by) {
        if (perSecond < 1) {
            throw new IllegalArgumentException("perSecond: " + perSecond + "; at least 1");
        }
        String id = UUID.randomUUID().toString();
        Selection orders = selection.ofOrders();
        return database.inTurn(c -> {
            Database.update(c, START, s -> {
                s.setString(1, id);
                s.setString(2, Rows.text(by.who(), 200));
                s.setString(3, by.note() == null ? null : Rows.text(by.note(), 4000));
                s.setString(4, json(orders.failedBefore(null)));
                s.setObject(5, DeadLetters.time(orders.failedBefore()), Types.TIMESTAMP_WITH_TIMEZONE);
                s.setInt(6, perSecond);
                s.setLong(7, DeadLetters.count(c, orders));
            });
            return find(c, id).orElseThrow();
        });
    }

    /**
     * Sends on as many of each running replay as its rate allows since the last time, and notes the outcomes that are
     * known by now. Called some times a second.
     *
     * @param pause why none goes on at present; null where they do
     */
    public void advance(@Nullable String pause) {
        for (String id : database.inTransaction(c -> Database.query(c, UNSETTLED, s -> {}, rs -> rs.getString(1)))) {
            database.inTurn(c -> advance(c, id, pause));
            List<String> through = database.inTransaction(c -> Database.query(
                    c,
                    THROUGH,
                    s -> {
                        s.setString(1, id);
                        s.setInt(2, MOST_AT_ONCE);
                    },
                    rs -> rs.getString(1)));
            database.inTurn(c -> settle(c, id, through));
        }
    }

    private static int settle(Connection c, String id, List<String> through) throws SQLException {
        if (!through.isEmpty()) {
            Database.update(c, SETTLE, s -> {
                s.setArray(1, c.createArrayOf("varchar", through.toArray()));
                s.setString(2, id);
            });
        }
        return Database.update(c, SETTLED, s -> {
            s.setString(1, id);
            s.setString(2, id);
        });
    }

    private boolean advance(Connection c, String id, @Nullable String pause) throws SQLException {
        List<Row> locked = Database.query(c, LOCK, s -> s.setString(1, id), Replays::row);
        if (locked.isEmpty()) {
            return false; // over, or in the hands of another instance
        }
        Row row = locked.get(0);
        Replay replay = row.replay();
        int count = pause != null ? 0 : (int) Math.min(MOST_AT_ONCE, Math.floor(replay.perSecond() * sinceLast(row)));
        if (pause == null && count == 0) {
            return false; // less than a whole order since the last time
        }
        Selection chosen = replay.selection();
        List<String> ids = count == 0 ? List.of() : DeadLetters.ids(c, chosen, row.afterId(), count);
        if (!ids.isEmpty()) {
            sendOn(c, ids, replay);
        }
        Database.update(c, ADVANCED, s -> {
            s.setString(1, ids.isEmpty() ? row.afterId() : ids.get(ids.size() - 1));
            s.setString(2, pause == null ? null : Rows.text(pause, 200));
            s.setBoolean(3, pause == null && ids.size() < count);
            s.setString(4, id);
        });
        return true;
    }

    /** Seconds, 2 at most; 2 where the database's clock was set back meanwhile. */
    private static double sinceLast(Row row) {
        return row.seconds() < 0 ? 2 : Math.min(row.seconds(), 2);
    }

    private void sendOn(Connection c, List<String> ids, Replay replay) throws SQLException {
        CounterChanges counters = new CounterChanges();
        List<String> locked = new ArrayList<>();
        for (DeadLetters.Locked order : DeadLetters.lock(c, replay.selection(), ids)) {
            locked.add(order.orderId());
            counters.put(order.lane(), State.FAILED, order.lane(), State.RETRYING);
        }
        if (locked.isEmpty()) {
            return;
        }
        Interventions.remember(c, locked, Kind.REPLAY, new By(replay.who(), replay.note()), replay.id());
        Interventions.put(c, locked, new ActionRule.Place(State.RETRYING, null, 0, true), instance);
        counters.writeTo(c, instance, Interventions.COUNTER);
    }

    /** Sends on no more; what was sent on goes on. Nothing where there is no such replay, or it has ended. */
    public Optional<Replay> cancel(String id, String who) {
        return database.inTurn(c -> {
            int cancelled = Database.update(c, CANCEL, s -> {
                s.setString(1, Rows.text(who, 200));
                s.setString(2, id);
            });
            return cancelled == 0 ? Optional.empty() : find(c, id);
        });
    }

    public Optional<Replay> find(String id) {
        return database.inTransaction(c -> find(c, id));
    }

    /** The latest first. */
    public List<Replay> list(int limit) {
        return database.inTransaction(c -> {
            List<Row> rows = Database.query(c, LATEST, s -> s.setInt(1, limit), Replays::row);
            List<Replay> replays = new ArrayList<>();
            for (Row row : rows) {
                replays.add(withOutcomes(c, row.replay()));
            }
            return replays;
        });
    }

    /**
     * The orders of a replay that were sent on, by id.
     *
     * @param after where the last page ended; null for the first
     */
    public List<Replayed> orders(String id, int limit, @Nullable String after) {
        return database.inTransaction(c -> Database.query(
                c,
                ORDERS,
                s -> {
                    s.setString(1, id);
                    s.setString(2, after == null ? "" : after);
                    s.setInt(3, limit);
                },
                rs -> new Replayed(rs.getString(1), Outcome.valueOf(rs.getString(2)))));
    }

    private static Optional<Replay> find(Connection c, String id) throws SQLException {
        List<Row> rows = Database.query(c, FIND, s -> s.setString(1, id), Replays::row);
        return rows.isEmpty()
                ? Optional.empty()
                : Optional.of(withOutcomes(c, rows.get(0).replay()));
    }

    private static Replay withOutcomes(Connection c, Replay replay) throws SQLException {
        Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
        Database.query(
                c,
                OUTCOMES,
                s -> s.setString(1, replay.id()),
                rs -> outcomes.put(Outcome.valueOf(rs.getString(1)), rs.getLong(2)));
        return new Replay(
                replay.id(),
                replay.startedAt(),
                replay.who(),
                replay.note(),
                replay.selection(),
                replay.perSecond(),
                replay.chosen(),
                outcomes,
                replay.pausedBecause(),
                replay.cancelledBy(),
                replay.endedAt(),
                replay.settledAt());
    }

    private static Row row(ResultSet rs) throws SQLException {
        return new Row(
                new Replay(
                        rs.getString("id"),
                        Rows.instant(rs, "started_at"),
                        rs.getString("who"),
                        rs.getString("note"),
                        selection(rs.getString("selection")).failedBefore(Rows.instant(rs, "failed_before")),
                        rs.getInt("per_second"),
                        rs.getLong("chosen"),
                        Map.of(),
                        rs.getString("paused_because"),
                        rs.getString("cancelled_by"),
                        Rows.time(rs, "ended_at"),
                        Rows.time(rs, "settled_at")),
                rs.getString("after_id"),
                rs.getDouble("seconds"));
    }

    private static String json(Selection selection) {
        try {
            return JSON.writeValueAsString(selection);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a selection that cannot be written", e);
        }
    }

    private static Selection selection(String json) {
        try {
            return Objects.requireNonNull(JSON.readValue(json, Selection.class));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a selection that is not what was written: " + json, e);
        }
    }
}
