package ordersystem.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import ordersystem.ledger.Action.By;
import ordersystem.ledger.Action.Kind;
import ordersystem.ledger.ActionRule.Place;
import ordersystem.order.Lane;
import org.jspecify.annotations.Nullable;

/**
 * What people do with single orders. Each is a step of the order's row: a message that is still under way for it is a stale
 * copy from then on, and a turn that is at work on it sends nothing. Who did it, when, why, and how the order stood before
 * is kept. Safe for any number of threads.
 *
 * <p>Every method for one order returns the row afterwards, or nothing where the ledger does not know the id, and throws
 * {@link RefusedException} where the order's state does not allow it.
 */
public final class Interventions {

    /** Name of the counter rows. */
    static final String COUNTER = "people";

    /** Rows changed in one transaction; more would hold locks for long. */
    private static final int AT_ONCE = 500;

    /** As it was before; the body only of those that get another. */
    private static final String REMEMBER = """
            INSERT INTO order_actions (order_id, step, kind, at, who, note, replay, outcome, state, lane, attempts,
                reason_type, reason_message, reason_route, reason_node, last_failed_at, body)
            SELECT order_id, step + 1, ?, CURRENT_TIMESTAMP, ?, ?, ?, ?, state, lane, attempts,
                reason_type, reason_message, reason_route, reason_node, last_failed_at,
                CASE WHEN CAST(? AS BOOLEAN) THEN body END
            FROM orders WHERE order_id = ANY(?)""";

    /** A replay that an order was part of has come to its end for this order, one way or the other. */
    private static final String SETTLE = """
            UPDATE order_actions SET outcome = CASE (SELECT state FROM orders o WHERE o.order_id = order_actions.order_id)
                WHEN 'PROCESSED' THEN 'SUCCEEDED' WHEN 'FAILED' THEN 'FAILED' ELSE 'TAKEN_OVER' END
            WHERE order_id = ANY(?) AND outcome = 'UNDER_WAY'""";

    private static final String PUT = """
            UPDATE orders SET step = step + 1, handled = NULL, state = ?, lane = COALESCE(?, lane), place = NULL,
                first_failed_at = CASE WHEN CAST(? AS INTEGER) = 0 THEN NULL ELSE first_failed_at END,
                attempts = COALESCE(CAST(? AS INTEGER), attempts),
                due = CASE WHEN CAST(? AS BOOLEAN) THEN CURRENT_TIMESTAMP END, instance = ?, updated_at = CURRENT_TIMESTAMP
            WHERE order_id = ANY(?)""";

    private static final String NEW_BODY =
            "UPDATE orders SET body = ?, body_type = 'TEXT', body_hash = ? WHERE order_id = ?";
    private static final String OLD_HASH =
            "INSERT INTO order_hashes (order_id, body_hash) VALUES (?, ?) ON CONFLICT DO NOTHING";

    /** An order out of a message that was none. */
    private static final String NEW_ORDER = """
            INSERT INTO orders (order_id, step, state, lane, attempts, due, body_hash, body, body_type, headers, instance,
                received_at, updated_at)
            VALUES (?, 1, 'RETRYING', ?, 0, CURRENT_TIMESTAMP, ?, ?, 'TEXT', '{}', ?, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP)
            ON CONFLICT DO NOTHING""";

    private static final String HISTORY = """
            SELECT kind, step, at, who, note, replay, outcome, state, lane, attempts, reason_type, reason_message, reason_route,
                reason_node, last_failed_at
            FROM order_actions WHERE order_id = ? ORDER BY step""";

    private static final String REPLACED =
            "SELECT body FROM order_actions WHERE order_id = ? AND step = ? AND body IS NOT NULL";

    private static final String ERASE = """
            UPDATE orders SET body = NULL, body_type = NULL, headers = NULL,
                reason_message = CASE WHEN reason_message IS NOT NULL THEN 'erased' END
            WHERE order_id = ?""";

    /** What earlier actions kept of it; the note of the last one says why it was erased. */
    private static final String ERASE_HISTORY = """
            UPDATE order_actions SET body = NULL, reason_message = CASE WHEN reason_message IS NOT NULL THEN 'erased' END,
                note = CASE WHEN kind = 'ERASE' THEN note END
            WHERE order_id = ?""";

    private static final String WITH_REPLACED_BODIES = """
            SELECT DISTINCT order_id FROM order_actions WHERE order_id > ? AND body IS NOT NULL ORDER BY order_id LIMIT ?""";

    private static final String ERASE_REPLACED =
            "UPDATE order_actions SET body = NULL WHERE order_id = ? AND body IS NOT NULL";

    private static final String REPLACED_BODIES =
            "SELECT body FROM order_actions WHERE order_id = ? AND body IS NOT NULL ORDER BY step";

    /**
     * A corrected order, read and checked.
     *
     * @param body UTF-8
     */
    public record Corrected(String orderId, Lane lane, byte[] body, String bodyHash) {}

    private final Database database;
    private final String instance;

    Interventions(Database database, String instance) {
        this.database = database;
        this.instance = instance;
    }

    /**
     * Gives all dead letters that fit up, some hundreds in a transaction. Their bodies are kept, they count as failed, or
     * invalid, and {@link #restore} undoes it.
     *
     * @return how many
     */
    public long discard(Selection selection, By by) {
        long all = 0;
        for (State state : selection.states()) {
            Selection one = selection.of(state);
            Page page = new Page("", 0);
            do {
                String after = page.last();
                page = database.inTurn(c -> discard(c, one, after, by));
                all += page.discarded();
            } while (!page.last().isEmpty());
        }
        return all;
    }

    /** What was discarded in one transaction; the last id that was looked at, empty where there was none. */
    private record Page(String last, int discarded) {}

    private Page discard(Connection c, Selection selection, String after, By by) throws SQLException {
        List<String> ids = DeadLetters.ids(c, selection, after, AT_ONCE);
        if (ids.isEmpty()) {
            return new Page("", 0);
        }
        Place place = ActionRule.discard(selection.state());
        CounterChanges counters = new CounterChanges();
        List<String> locked = new ArrayList<>();
        for (DeadLetters.Locked order : DeadLetters.lock(c, selection, ids)) {
            locked.add(order.orderId());
            counters.put(order.lane(), selection.state(), order.lane(), place.state());
        }
        if (!locked.isEmpty()) {
            remember(c, locked, Kind.DISCARD, by, null);
            put(c, locked, place, instance);
            counters.writeTo(c, instance, COUNTER);
        }
        return new Page(ids.get(ids.size() - 1), locked.size());
    }

    /** Undoes {@link #discard} and {@link #cancel}: what was a dead letter is one again, any other order goes on at once. */
    public Optional<OrderRecord> restore(String id, By by) {
        List<Action> history = history(id);
        State before = history.isEmpty()
                ? State.FAILED
                : history.get(history.size() - 1).state();
        return act(id, Kind.RESTORE, by, row -> ActionRule.restore(row, before));
    }

    /**
     * Withdraws an order that waits or is on its way. A turn that is at work on it records nothing more; what it has called
     * over HTTP by then, it has called.
     */
    public Optional<OrderRecord> cancel(String id, By by) {
        return act(id, Kind.CANCEL, by, ActionRule::cancel);
    }

    /** Sends an order on at once, in the high lane, with all its turns. */
    public Optional<OrderRecord> expedite(String id, By by) {
        return act(id, Kind.EXPEDITE, by, ActionRule::expedite);
    }

    /** Gives a dead letter all its turns once more. */
    public Optional<OrderRecord> replay(String id, By by) {
        return act(id, Kind.REPLAY, by, ActionRule::replay);
    }

    /**
     * Gives an order that waits a corrected body, and all its turns once more. The body that it had is kept, and the same
     * order sent in with that body stays a duplicate.
     */
    public Optional<OrderRecord> edit(Corrected order, By by) {
        return database.inTurn(c -> {
            CounterChanges counters = new CounterChanges();
            OrderRecord row = PastOrders.lock(c, order.orderId(), instance, counters);
            if (row == null) {
                return Optional.empty();
            }
            put(c, row, Kind.EDIT, by, ActionRule.edit(row, order.lane()), counters);
            counters.writeTo(c, instance, COUNTER);
            if (row.bodyHash() != null) {
                Database.update(c, OLD_HASH, s -> {
                    s.setString(1, row.orderId());
                    s.setString(2, row.bodyHash());
                });
            }
            Database.update(c, NEW_BODY, s -> {
                s.setBytes(1, order.body());
                s.setString(2, order.bodyHash());
                s.setString(3, row.orderId());
            });
            return Optional.ofNullable(Ledger.lock(c, Sql.LOCK, order.orderId()));
        });
    }

    /**
     * Takes in the order that a message which was none should have been. The message is kept, dismissed.
     *
     * @return the order's row
     * @throws RefusedException also where the order id is known with another body
     */
    public Optional<OrderRecord> correct(String messageId, Corrected order, By by) {
        return database.inTurn(c -> {
            OrderRecord message = Ledger.lock(c, Sql.LOCK, messageId);
            if (message == null) {
                return Optional.empty();
            }
            Place dismissed = ActionRule.correct(message);
            CounterChanges counters = new CounterChanges();
            boolean isNew = PastOrders.lock(c, order.orderId(), instance, counters) == null;
            int inserted = !isNew
                    ? 0
                    : Database.update(c, NEW_ORDER, s -> {
                        s.setString(1, order.orderId());
                        s.setString(2, order.lane().name());
                        s.setString(3, order.bodyHash());
                        s.setBytes(4, order.body());
                        s.setString(5, instance);
                    });
            if (inserted == 0) {
                OrderRecord known = Ledger.lock(c, Sql.LOCK, order.orderId());
                if (known != null && !order.bodyHash().equals(known.bodyHash())) {
                    throw new RefusedException("order " + order.orderId() + " is known with another body;"
                            + " edit that one, or give the corrected order an id of its own");
                }
            } else {
                counters.took(order.lane(), State.RETRYING);
            }
            By withOrder = new By(
                    by.who(), "sent on as order " + order.orderId() + (by.note() == null ? "" : ": " + by.note()));
            put(c, message, Kind.EDIT, withOrder, dismissed, counters);
            counters.writeTo(c, instance, COUNTER);
            return Optional.ofNullable(Ledger.lock(c, Sql.LOCK, order.orderId()));
        });
    }

    /**
     * Takes out what an order said, and what was said of it: its body, the bodies that edits replaced, the messages of its
     * failures, notes. A dead letter is given up by that. What stays is the id, when it came and went, and the hashes by which it
     * is known again. Of a processed order nothing but its history is left to take out, and its row stays as it is.
     */
    public Optional<OrderRecord> erase(String id, By by) {
        return database.inTurn(c -> {
            CounterChanges counters = new CounterChanges();
            OrderRecord row = PastOrders.lock(c, id, instance, counters);
            if (row == null) {
                return Optional.empty();
            }
            if (row.state() != State.PROCESSED) {
                put(c, row, Kind.ERASE, by, ActionRule.erase(row), counters);
            }
            Database.update(c, ERASE, s -> s.setString(1, id));
            Database.update(c, ERASE_HISTORY, s -> s.setString(1, id));
            counters.writeTo(c, instance, COUNTER);
            return Optional.ofNullable(Ledger.lock(c, Sql.LOCK, id));
        });
    }

    /** Takes out the bodies that edits of this order replaced, and leaves the order as it is. */
    public void eraseReplaced(String id) {
        database.inTurn(c -> Database.update(c, ERASE_REPLACED, s -> s.setString(1, id)));
    }

    /**
     * Orders with a body that an edit replaced, by order id.
     *
     * @param after where the last page ended; empty for the first
     */
    public List<String> withReplacedBodies(String after, int limit) {
        return database.inTransaction(c -> Database.query(
                c,
                WITH_REPLACED_BODIES,
                s -> {
                    s.setString(1, after);
                    s.setInt(2, limit);
                },
                rs -> rs.getString(1)));
    }

    /** All bodies that edits of this order replaced. */
    public List<byte[]> replacedBodies(String id) {
        return database.inTransaction(
                c -> Database.query(c, REPLACED_BODIES, s -> s.setString(1, id), rs -> rs.getBytes(1)));
    }

    /** What people did to an order, the first first. */
    public List<Action> history(String id) {
        return database.inTransaction(c -> Database.query(c, HISTORY, s -> s.setString(1, id), rs -> {
            String outcome = rs.getString("outcome");
            return new Action(
                    Kind.valueOf(rs.getString("kind")),
                    rs.getInt("step"),
                    Rows.instant(rs, "at"),
                    rs.getString("who"),
                    rs.getString("note"),
                    rs.getString("replay"),
                    outcome == null ? null : Action.Outcome.valueOf(outcome),
                    State.valueOf(rs.getString("state")),
                    rs.getString("lane"),
                    rs.getInt("attempts"),
                    Rows.reason(rs),
                    Rows.time(rs, "last_failed_at"));
        }));
    }

    /** The body that an edit replaced; empty where the action at this step was none. */
    public Optional<byte[]> replacedBody(String id, int step) {
        return database
                .inTransaction(c -> Database.query(
                        c,
                        REPLACED,
                        s -> {
                            s.setString(1, id);
                            s.setInt(2, step);
                        },
                        rs -> rs.getBytes(1)))
                .stream()
                .findFirst();
    }

    private Optional<OrderRecord> act(String id, Kind kind, By by, Function<OrderRecord, Place> decision) {
        return database.inTurn(c -> {
            CounterChanges counters = new CounterChanges();
            OrderRecord row = PastOrders.lock(c, id, instance, counters);
            if (row == null) {
                return Optional.empty();
            }
            put(c, row, kind, by, decision.apply(row), counters);
            counters.writeTo(c, instance, COUNTER);
            return Optional.ofNullable(Ledger.lock(c, Sql.LOCK, id));
        });
    }

    private void put(Connection c, OrderRecord row, Kind kind, By by, Place place, CounterChanges counters)
            throws SQLException {
        List<String> ids = List.of(row.orderId());
        remember(c, ids, kind, by, null);
        put(c, ids, place, instance);
        counters.put(row.lane(), row.state(), place.lane() == null ? row.lane() : place.lane(), place.state());
    }

    /** Before the rows are changed, and with the rows locked. */
    static void remember(Connection c, List<String> ids, Kind kind, By by, @Nullable String replay)
            throws SQLException {
        Database.update(c, SETTLE, s -> s.setArray(1, c.createArrayOf("varchar", ids.toArray())));
        Database.update(c, REMEMBER, s -> {
            s.setString(1, kind.name());
            s.setString(2, Rows.text(by.who(), 200));
            s.setString(3, by.note() == null ? null : Rows.text(by.note(), 4000));
            s.setString(4, replay);
            s.setString(5, replay == null ? null : Action.Outcome.UNDER_WAY.name());
            s.setBoolean(6, kind == Kind.EDIT);
            s.setArray(7, c.createArrayOf("varchar", ids.toArray()));
        });
    }

    /** With the rows locked. The counters come after it. */
    static void put(Connection c, List<String> ids, Place place, String instance) throws SQLException {
        Database.update(c, PUT, s -> {
            s.setString(1, place.state().name());
            s.setString(2, Rows.name(place.lane()));
            s.setObject(3, place.attempts(), Types.INTEGER);
            s.setObject(4, place.attempts(), Types.INTEGER);
            s.setBoolean(5, place.goesOn());
            s.setString(6, instance);
            s.setArray(7, c.createArrayOf("varchar", ids.toArray()));
        });
        if (place.state().waitsForAPerson()) {
            DeadLetterIndex.add(c, ids);
        } else {
            DeadLetterIndex.remove(c, ids);
        }
    }
}
