package ordersystem.ledger;

/** Every statement of the ledger; the same text for H2 and PostgreSQL where it does not say otherwise. Times are the database's own. */
final class Sql {

    /** How long from now, as a parameter in seconds; null stays null. */
    private static final String FROM_NOW = "CURRENT_TIMESTAMP + CAST(? AS DOUBLE PRECISION) * INTERVAL '1' SECOND";

    static final String INSERT = """
            INSERT INTO orders (order_id, step, body_hash, handled, state, lane, place, attempts, due,
                reason_type, reason_message, reason_route, reason_node, body, body_type, headers,
                first_failed_at, last_failed_at, processed_at, instance, admission_probability, admission_draw,
                sender, received_at, updated_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, %s,
                ?, ?, ?, ?, ?, ?, ?,
                CASE WHEN CAST(? AS BOOLEAN) THEN CURRENT_TIMESTAMP END,
                CASE WHEN CAST(? AS BOOLEAN) THEN CURRENT_TIMESTAMP END,
                CASE WHEN CAST(? AS BOOLEAN) THEN CURRENT_TIMESTAMP END,
                ?, ?, ?, ?, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP)
            ON CONFLICT DO NOTHING""".formatted(FROM_NOW);

    /** A reason stays until there is another one; an empty text stands for what the new reason does not have. */
    private static final String UPDATE = """
            UPDATE orders SET step = step + 1, handled = ?, state = ?, lane = COALESCE(?, lane), place = ?, attempts = ?, due = %s,
                reason_type = COALESCE(?, reason_type), reason_message = COALESCE(?, reason_message),
                reason_route = COALESCE(?, reason_route), reason_node = COALESCE(?, reason_node),
                body = ?, body_type = ?, headers = ?,
                first_failed_at = CASE WHEN CAST(? AS BOOLEAN) THEN COALESCE(first_failed_at, CURRENT_TIMESTAMP) ELSE first_failed_at END,
                last_failed_at = CASE WHEN CAST(? AS BOOLEAN) THEN CURRENT_TIMESTAMP ELSE last_failed_at END,
                processed_at = CASE WHEN CAST(? AS BOOLEAN) THEN CURRENT_TIMESTAMP END,
                instance = ?, updated_at = CURRENT_TIMESTAMP
            WHERE order_id = ? AND step = ?""".formatted(FROM_NOW);

    /**
     * Where an order is to be found by its id: no index knows this expression. While the statistics of PostgreSQL are of a better
     * time, it would rather read all orders on their way than the one that has this id. COALESCE(state, '') is what the index
     * orders_pending is made of.
     */
    static final String BY_ID_ONLY = "state || ''";

    /** In its turn: what the row was is known without reading it. */
    static final String UPDATE_IN_TURN = UPDATE + " AND " + BY_ID_ONLY + " = 'RECEIVED' AND COALESCE(lane, '') = ?";

    /** A whole batch of arrivals, PostgreSQL only; returns the messages whose orders are new. */
    static final String INSERT_ARRIVALS = """
            INSERT INTO orders (order_id, step, handled, state, lane, attempts, body_hash, place, body, body_type, headers,
                admission_probability, admission_draw, sender, instance, received_at, updated_at)
            SELECT id, 1, message, state, lane, attempts, hash, place, body, type, headers, probability, draw, sender, ?,
                CURRENT_TIMESTAMP, CURRENT_TIMESTAMP
            FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                AS arrival (id, message, lane, attempts, state, hash, place, body, type, headers, probability, draw, sender)
            WHERE NOT EXISTS (SELECT 1 FROM past_orders WHERE order_id = id)
            ON CONFLICT DO NOTHING RETURNING order_id, handled""";

    /** A whole batch in its turn, PostgreSQL only; returns the messages whose turn it was. */
    static final String UPDATE_HANDED_OVER = """
            UPDATE orders SET step = orders.step + 1, handled = turn.message, state = 'PROCESSED', place = NULL,
                attempts = turn.attempts, due = NULL, body = NULL, body_type = NULL, headers = NULL,
                processed_at = CURRENT_TIMESTAMP, instance = ?, updated_at = CURRENT_TIMESTAMP
            FROM unnest(?, ?, ?, ?, ?) AS turn (id, message, lane, attempts, step)
            WHERE order_id = turn.id AND orders.step = turn.step
                AND state || '' = 'RECEIVED' AND COALESCE(orders.lane, '') = turn.lane
            RETURNING order_id, handled""";

    /** After the row was read and locked. */
    static final String UPDATE_LOCKED = UPDATE;

    static final String IS_EARLIER_HASH = "SELECT 1 FROM order_hashes WHERE order_id = ? AND body_hash = ?";

    /** Which orders are due, straight from the index; the lower bound keeps H2 from reading all entries without a time. */
    private static final String DUE = """
            SELECT order_id FROM orders WHERE due > TIMESTAMP '2000-01-01 00:00:00' AND due <= CURRENT_TIMESTAMP AND lane %s
            ORDER BY due LIMIT ?""";

    static final String DUE_HIGH = DUE.formatted("= 'high'");
    static final String DUE_OTHERS = DUE.formatted("<> 'high'");
    static final String DUE_NORMAL = DUE.formatted("= 'normal'");

    /** By id, because H2 locks all rows that it looks at before it sorts and limits. COALESCE so that the id finds them. */
    static final String LOCK_DUE = """
            SELECT order_id, lane, state, step, attempts, received_at, body, body_type, headers FROM orders
            WHERE order_id = ANY(?) AND COALESCE(due, TIMESTAMP WITH TIME ZONE '9999-01-01 00:00:00+00:00') <= CURRENT_TIMESTAMP
            ORDER BY CASE WHEN lane = 'high' THEN 0 ELSE 1 END, due FOR UPDATE SKIP LOCKED""";

    /** The message stays with the row until it is processed. */
    static final String RELEASE = """
            UPDATE orders SET step = step + 1, handled = NULL, state = 'RECEIVED', place = ?, due = NULL,
                instance = ?, updated_at = CURRENT_TIMESTAMP
            WHERE order_id = ?""";

    /** Only with its message, without which there is nothing to go on with. */
    static final String TAKE_BACK = """
            UPDATE orders SET step = step + 1, handled = NULL, state = ?, place = NULL,
                due = CASE WHEN CAST(? AS BOOLEAN) THEN CURRENT_TIMESTAMP END,
                reason_type = ?, reason_message = ?, reason_route = ?, reason_node = ?,
                first_failed_at = COALESCE(first_failed_at, CURRENT_TIMESTAMP),
                last_failed_at = COALESCE(last_failed_at, CURRENT_TIMESTAMP),
                instance = ?, updated_at = CURRENT_TIMESTAMP
            WHERE order_id = ? AND step = ? AND state || '' = 'RECEIVED' AND body IS NOT NULL""";

    static final String POSTPONE =
            "UPDATE orders SET due = CURRENT_TIMESTAMP + INTERVAL '30' SECOND WHERE order_id = ?";

    static final String RECORD = """
            SELECT order_id, lane, state, step, handled, place, body_hash, attempts, due, reason_type, reason_message, reason_route,
                reason_node, first_failed_at, last_failed_at, received_at, updated_at, processed_at, instance,
                admission_probability, admission_draw, sender, body IS NOT NULL AS kept
            FROM orders""";

    static final String FIND = RECORD + " WHERE order_id = ?";
    static final String LOCK = FIND + " FOR UPDATE";
    static final String LOCK_IF_FREE = LOCK + " SKIP LOCKED";
    static final String CONTENT = "SELECT body, body_type, headers FROM orders WHERE order_id = ? AND body IS NOT NULL";
    static final String CONTENTS =
            "SELECT order_id, body, body_type, headers FROM orders WHERE order_id = ANY(?) AND body IS NOT NULL";
    static final String CONTENT_BYTES =
            "SELECT order_id, OCTET_LENGTH(body) FROM orders WHERE order_id = ANY(?) AND body IS NOT NULL";
    static final String PAGE = RECORD + " WHERE order_id > ? ORDER BY order_id LIMIT ?";
    static final String ON_ITS_WAY = RECORD
            + " WHERE state = 'RECEIVED' AND place = ? AND updated_at < CURRENT_TIMESTAMP - CAST(? AS DOUBLE PRECISION)"
            + " * INTERVAL '1' SECOND ORDER BY updated_at LIMIT ?";

    /**
     * How many of a lane failed first longer ago than so many seconds and are not through, and for how many the longest. Those in
     * the lane's queue included: there they wait while the brake is open. Not state IN (...), for which H2 reads the index
     * entries of all lanes.
     */
    private static final String OVERDUE_IN_STATE = """
            SELECT COUNT(*) AS orders, MAX(CAST(EXTRACT(EPOCH FROM (CURRENT_TIMESTAMP - first_failed_at)) AS BIGINT)) AS oldest
            FROM orders WHERE state = '%s' AND lane = ?
                AND first_failed_at < CURRENT_TIMESTAMP - CAST(? AS DOUBLE PRECISION) * INTERVAL '1' SECOND""";

    static final String OVERDUE = "SELECT SUM(orders), COALESCE(MAX(oldest), 0) FROM ("
            + OVERDUE_IN_STATE.formatted("RETRYING") + " UNION ALL " + OVERDUE_IN_STATE.formatted("RECEIVED")
            + ") AS overdue";

    static final String KNOWN_HASHES = """
            SELECT order_id, body_hash FROM orders WHERE order_id = ANY(?)
            UNION ALL SELECT order_id, body_hash FROM order_hashes WHERE order_id = ANY(?)
            UNION ALL SELECT order_id, body_hash FROM past_orders WHERE order_id = ANY(?)""";

    static final String ADD_TO_COUNTER = """
            UPDATE counters SET received = received + ?, processed = processed + ?, failed = failed + ?, invalid = invalid + ?,
                duplicates = duplicates + ?, retried = retried + ?, deferred = deferred + ?, failed_events = failed_events + ?,
                retrying = retrying + ?, admitted = admitted + ?, deferrals = deferrals + ?, released = released + ?, past = past + ?,
                updated_at = CURRENT_TIMESTAMP
            WHERE instance = ? AND lane = ? AND consumer = ?""";

    static final String INSERT_COUNTER = """
            INSERT INTO counters (instance, lane, consumer, received, processed, failed, invalid, duplicates, retried, deferred,
                failed_events, updated_at)
            VALUES (?, ?, ?, 0, 0, 0, 0, 0, 0, 0, 0, CURRENT_TIMESTAMP) ON CONFLICT DO NOTHING""";

    static final String COUNTS = """
            SELECT lane, instance, SUM(received) AS received, SUM(processed) AS processed, SUM(failed) AS failed, SUM(deferred) AS deferred,
                SUM(retrying) AS retrying, SUM(retried) AS retried, SUM(failed_events) AS failed_events, SUM(admitted) AS admitted,
                SUM(deferrals) AS deferrals, SUM(released) AS released, SUM(invalid) AS invalid, SUM(duplicates) AS duplicates
            FROM counters GROUP BY lane, instance""";

    static final String SILENT = """
            SELECT instance FROM counters WHERE instance <> ? GROUP BY instance
            HAVING MAX(updated_at) < CURRENT_TIMESTAMP - CAST(? AS DOUBLE PRECISION) * INTERVAL '1' SECOND""";

    static final String LOCK_COUNTERS = "SELECT * FROM counters WHERE instance = ? ORDER BY lane, consumer FOR UPDATE";

    static final String DELETE_COUNTER = "DELETE FROM counters WHERE instance = ? AND lane = ? AND consumer = ?";

    static final String RECOUNT = "SELECT state, lane, COUNT(*) FROM orders GROUP BY state, lane";

    static final String RECOUNT_ON_ITS_WAY =
            "SELECT place, COUNT(*) FROM orders WHERE state = 'RECEIVED' GROUP BY place";

    static final String READ_SETTING = "SELECT setting FROM settings WHERE name = ?";

    /** Then {@link #SET}: H2 has no ON CONFLICT DO UPDATE. */
    static final String ADD_SETTING = "INSERT INTO settings (name, setting) VALUES (?, ?) ON CONFLICT DO NOTHING";

    static final String SET = "UPDATE settings SET setting = ? WHERE name = ?";

    private Sql() {}
}
