package ordersystem.monitoring;

import java.util.List;
import ordersystem.jmx.Description;
import ordersystem.ledger.DeadLetterGroup;
import org.jspecify.annotations.Nullable;

/** {@code ordersystem:type=DeadLetters} on the platform MBean server: what waits for a person, and what becomes of it. */
@Description("What waits for a person, and what people do with it and with single orders")
public interface DeadLettersMXBean {

    @Description("Orders that are FAILED and messages that are INVALID")
    long getCount();

    @Description("By kind of fault and place, the largest first; 100 at most")
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

    @Description("The latest replays, a line each: id, status, who, how many were chosen, sent on, succeeded, failed")
    List<String> getReplays();

    /** Returns how the order stands then, as the others below do. */
    @Description("Sends one dead letter on; returns how the order stands then")
    String replay(@Description("Id of the order") String orderId);

    /** Returns the id of the replay. */
    @Description("Sends all of a kind on, so many a second; returns the id of the replay")
    String replayGroup(
            @Description("Class name of the fault; empty for all dead letters") @Nullable String reasonType,
            @Description("Node in which it failed; empty for any") @Nullable String reasonNode,
            @Description("How many a second, at least 1") int perSecond);

    @Description("Ends a replay; what was sent on goes on")
    String cancelReplay(@Description("Id that replayGroup returned, or that Replays shows") String replayId);

    @Description("Gives a dead letter up; it is kept, and can be restored")
    String discard(
            @Description("Id of the order, or message id of what is none") String id,
            @Description("Why; must not be empty, and is kept with the order") String reason);

    @Description("Undoes a discard or a cancel")
    String restore(@Description("Id of the order, or message id of what is none") String id);

    @Description("Withdraws an order that waits or is on its way")
    String cancel(
            @Description("Id of the order") String orderId,
            @Description("Why; must not be empty, and is kept with the order") String reason);

    @Description("Sends an order on at once, in the high lane")
    String expedite(@Description("Id of the order") String orderId);

    @Description(
            "Gives an order that waits a corrected body, or makes an order of a message that was none, and sends it on")
    String edit(
            @Description("Id of the order, or message id of what is none") String id,
            @Description("The whole order as JSON, under the same order id where it had one") String json);
}
