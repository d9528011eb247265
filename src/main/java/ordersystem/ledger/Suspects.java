package ordersystem.ledger;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Messages that may be what ends the process, because it ended while they were in hand: a broker forgets over a
 * restart how often it delivered what. Each call is one transaction; thread-safe.
 *
 * <p>Every method throws {@link LedgerUnavailableException} while the database is away.
 */
public final class Suspects {

    private static final int LONGEST_ID = 512;

    private static final String NOTE = """
            INSERT INTO suspects (tries, noted_at, instance, message_id, queue, order_id)
            VALUES (?, CURRENT_TIMESTAMP, ?, ?, ?, ?) ON CONFLICT DO NOTHING""";

    /** Not beyond a limit, and not below what is known. */
    private static final String NOTE_AGAIN = """
            UPDATE suspects SET tries = GREATEST(tries, LEAST(tries + ?, ?)), noted_at = CURRENT_TIMESTAMP, instance = ?
            WHERE message_id = ?""";

    private static final String ALL = "SELECT message_id, tries FROM suspects";

    private static final String CLEAR = "DELETE FROM suspects WHERE message_id = ?";

    private final Database database;
    private final String instance;

    /**
     * A message that was in hand when the process ended.
     *
     * @param orderId null where it is not known
     * @param grade what that says of it
     */
    public record Suspect(
            String messageId, String queue, @Nullable String orderId, Grade grade) {}

    /** How sure it is that a message ends the process, in rising order. */
    public enum Grade {
        /** It was in hand at one death. */
        IN_HAND(1),
        /** It was in hand at two deaths or more, or its turn did not end in its time. */
        TO_BE_ALONE(2),
        /** It was the only one in hand at a death. However many deaths among others do not make that. */
        POISON(3);

        /** As the column of that name has it. */
        private final int tries;

        Grade(int tries) {
            this.tries = tries;
        }

        private static Grade of(int tries) {
            return tries >= POISON.tries ? POISON : tries == TO_BE_ALONE.tries ? TO_BE_ALONE : IN_HAND;
        }
    }

    Suspects(Database database, String instance) {
        this.database = database;
        this.instance = instance;
    }

    /** A message's id as it is kept here. */
    public static String id(String messageId) {
        return Rows.text(messageId, LONGEST_ID);
    }

    /**
     * Notes who was in hand at a death.
     *
     * @return the grades of all messages that are noted, by other instances too, by {@link #id}
     */
    public Map<String, Grade> afterDeath(List<Suspect> inHand) {
        return database.inTurn(c -> {
            for (Suspect suspect : inHand) {
                int tries = suspect.grade().tries;
                int inserted = Database.update(c, NOTE, s -> {
                    s.setInt(1, tries);
                    s.setString(2, instance);
                    s.setString(3, id(suspect.messageId()));
                    s.setString(4, Rows.text(suspect.queue(), 200));
                    s.setString(5, suspect.orderId() == null ? null : Rows.text(suspect.orderId(), 512));
                });
                if (inserted == 0) {
                    Database.update(c, NOTE_AGAIN, s -> {
                        s.setInt(1, tries);
                        s.setInt(2, Math.max(tries, Grade.TO_BE_ALONE.tries));
                        s.setString(3, instance);
                        s.setString(4, id(suspect.messageId()));
                    });
                }
            }
            Map<String, Grade> grades = new HashMap<>();
            Database.query(c, ALL, s -> {}, rs -> grades.put(rs.getString(1), Grade.of(rs.getInt(2))));
            return grades;
        });
    }

    /** The process lived through it, or it is buried. */
    public void clear(String messageId) {
        database.inTurn(c -> Database.update(c, CLEAR, s -> s.setString(1, id(messageId))));
    }
}
