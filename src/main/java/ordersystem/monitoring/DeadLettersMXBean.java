package ordersystem.monitoring;

import java.util.List;
import ordersystem.ledger.DeadLetterGroup;
import org.jspecify.annotations.Nullable;

/** {@code ordersystem:type=DeadLetters} on the platform MBean server: what waits for a person, and what becomes of it. */
public interface DeadLettersMXBean {

    /** Orders that are FAILED and messages that are INVALID. */
    long getCount();

    /** By kind of fault and place, the largest first; 100 at most. */
    List<Group> getGroups();

    /**
     * A {@link DeadLetterGroup} in types that JMX has.
     *
     * @param firstSeen ISO 8601; empty where it is not known
     * @param lastSeen ISO 8601; empty where it is not known
     */
    record Group(
            String state,
            String reasonType,
            String reasonNode,
            long count,
            String firstSeen,
            String lastSeen,
            List<String> samples) {}

    /** The latest replays, a line each: id, status, who, how many were chosen, sent on, succeeded, failed. */
    List<String> getReplays();

    /**
     * Sends one dead letter on.
     *
     * @return how the order stands then
     */
    String replay(String orderId);

    /**
     * Sends all of a kind on, so many a second.
     *
     * @param reasonType class name of the fault; empty for all dead letters
     * @param reasonNode node in which it failed; empty for any
     * @return id of the replay
     */
    String replayGroup(@Nullable String reasonType, @Nullable String reasonNode, int perSecond);

    /** Ends a replay; what was sent on goes on. */
    String cancelReplay(String replayId);

    /**
     * Gives a dead letter up; kept, and to be restored.
     *
     * @param reason why; must not be empty
     * @return how the order stands then
     */
    String discard(String id, String reason);

    /** Undoes a discard or a cancel. */
    String restore(String id);

    /** Withdraws an order that waits or is on its way. */
    String cancel(String orderId, String reason);

    /** Sends an order on at once, in the high lane. */
    String expedite(String orderId);

    /** Gives an order that waits a corrected body, or makes an order of a message that was none, and sends it on. */
    String edit(String id, String json);
}
