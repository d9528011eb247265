package ordersystem.ledger;

import java.sql.PreparedStatement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Messages that may be what ends the process, and how often it ended while they were in hand: a broker forgets over a
 * restart how often it delivered what. Each call is one transaction; thread-safe.
 *
 * <p>Every method throws {@link LedgerUnavailableException} while the database is away.
 */
public final class Suspects {

    private static final int LONGEST_ID = 512;

    private static final String NOTE_AGAIN = """
            UPDATE suspects SET tries = tries + ?, noted_at = CURRENT_TIMESTAMP, instance = ?
            WHERE message_id = ?""";

    private static final String NOTE = """
            INSERT INTO suspects (tries, noted_at, instance, message_id, queue, order_id)
            VALUES (?, CURRENT_TIMESTAMP, ?, ?, ?, ?) ON CONFLICT DO NOTHING""";

    private static final String ALL = "SELECT message_id, tries FROM suspects";

    private static final String CLEAR = "DELETE FROM suspects WHERE message_id = ?";

    private final Database database;
    private final String instance;

    /**
     * A message that was in hand when the process ended.
     *
     * @param orderId null where the message does not say
     * @param deaths to be held against it, 1 or more
     */
    public record Suspect(
            String messageId, String queue, @Nullable String orderId, int deaths) {}

    Suspects(Database database, String instance) {
        this.database = database;
        this.instance = instance;
    }

    /** A message's id as it is kept here. */
    public static String id(String messageId) {
        return Rows.text(messageId, LONGEST_ID);
    }

    /**
     * Adds the deaths of these to what is held against them.
     *
     * @return the deaths of all messages that are noted, of other instances' too, by {@link #id}
     */
    public Map<String, Integer> afterDeath(List<Suspect> inHand) {
        return database.inTurn(c -> {
            for (Suspect suspect : inHand) {
                String id = id(suspect.messageId());
                int known = Database.update(c, NOTE_AGAIN, s -> {
                    s.setInt(1, suspect.deaths());
                    s.setString(2, instance);
                    s.setString(3, id);
                });
                if (known == 0) {
                    Database.update(c, NOTE, s -> {
                        s.setInt(1, suspect.deaths());
                        s.setString(2, instance);
                        s.setString(3, id);
                        s.setString(4, Rows.text(suspect.queue(), 200));
                        s.setString(5, suspect.orderId() == null ? null : Rows.text(suspect.orderId(), 512));
                    });
                }
            }
            Map<String, Integer> deaths = new HashMap<>();
            Database.query(c, ALL, s -> {}, rs -> deaths.put(rs.getString(1), rs.getInt(2)));
            return deaths;
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
}
