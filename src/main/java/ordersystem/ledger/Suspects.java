package ordersystem.ledger;

import java.sql.PreparedStatement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages that may be what ends the process, noted where a death does not wipe it out: a broker forgets over a restart
 * how often it delivered what. Each call is one transaction; thread-safe.
 *
 * <p>Every method throws {@link LedgerUnavailableException} while the database is away: nothing may be handled unnoted.
 */
public final class Suspects {

    private static final String NOTE = """
            INSERT INTO suspects (message_id, queue, order_id, tries, noted_at, instance)
            VALUES (?, ?, ?, 1, CURRENT_TIMESTAMP, ?) ON CONFLICT DO NOTHING""";

    private static final String NOTED = "SELECT tries FROM suspects WHERE message_id = ?";

    private static final String NOTE_AGAIN =
            "UPDATE suspects SET tries = tries + 1, noted_at = CURRENT_TIMESTAMP, instance = ? WHERE message_id = ?";

    private static final String CLEAR = "DELETE FROM suspects WHERE message_id = ?";

    private final Database database;
    private final String instance;

    Suspects(Database database, String instance) {
        this.database = database;
        this.instance = instance;
    }

    /**
     * Notes a message for the first time.
     *
     * @param orderId null where the message does not say
     * @return how often it was noted before: 0, and now it is; else nothing was changed
     */
    public int note(String messageId, String queue, @Nullable String orderId) {
        String id = id(messageId);
        return database.inTurn(c -> {
            try (PreparedStatement s = c.prepareStatement(NOTE)) {
                s.setString(1, id);
                s.setString(2, Rows.text(queue, 200));
                s.setString(3, orderId == null ? null : Rows.text(orderId, 512));
                s.setString(4, instance);
                if (s.executeUpdate() == 1) {
                    return 0;
                }
            }
            List<Integer> tries = Database.query(c, NOTED, s -> s.setString(1, id), rs -> rs.getInt(1));
            return tries.isEmpty() ? 0 : tries.get(0);
        });
    }

    /** One more try of a message that was noted before. */
    public void noteAgain(String messageId) {
        database.inTurn(c -> {
            try (PreparedStatement s = c.prepareStatement(NOTE_AGAIN)) {
                s.setString(1, instance);
                s.setString(2, id(messageId));
                return s.executeUpdate();
            }
        });
    }

    /** The process lived through it, or it is buried. */
    public void clear(String messageId) {
        database.inTurn(c -> {
            try (PreparedStatement s = c.prepareStatement(CLEAR)) {
                s.setString(1, id(messageId));
                return s.executeUpdate();
            }
        });
    }

    private static String id(String messageId) {
        return Rows.text(messageId, 512);
    }
}
