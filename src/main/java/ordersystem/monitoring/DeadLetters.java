package ordersystem.monitoring;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import ordersystem.ledger.Action.By;
import ordersystem.ledger.Action.Outcome;
import ordersystem.ledger.OrderRecord;
import ordersystem.ledger.Replay;
import ordersystem.ledger.Selection;
import ordersystem.ledger.State;
import ordersystem.waiting.Recovery;
import org.jspecify.annotations.Nullable;

/** The JMX bean for {@link Recovery}. What is refused is an exception with a message that any JMX client can read. Thread-safe. */
public final class DeadLetters implements DeadLettersMXBean {

    private static final int MOST = 100;
    private static final int REPLAYS = 20;

    /** JMX does not tell who calls. */
    private static final String WHO = "JMX";

    private final Recovery recovery;

    public DeadLetters(Recovery recovery) {
        this.recovery = recovery;
    }

    @Override
    public long getCount() {
        return recovery.count(Selection.ALL);
    }

    @Override
    public List<Group> getGroups() {
        return recovery.groups(MOST).stream()
                .map(group -> new Group(
                        group.state().name(),
                        Objects.requireNonNullElse(group.reasonType(), ""),
                        group.reasonNode(),
                        group.count(),
                        Objects.toString(group.firstSeen(), ""),
                        Objects.toString(group.lastSeen(), ""),
                        group.samples()))
                .toList();
    }

    @Override
    public List<String> getReplays() {
        return recovery.replays(REPLAYS).stream().map(DeadLetters::line).toList();
    }

    @Override
    public String replay(String orderId) {
        return known(orderId, recovery.replay(orderId, new By(WHO, null)));
    }

    @Override
    public String replayGroup(@Nullable String reasonType, @Nullable String reasonNode, int perSecond) {
        Selection group = new Selection(
                List.of(), Set.of(State.FAILED), null, emptyAsNull(reasonType), emptyAsNull(reasonNode), null, null);
        return recovery.replay(group, perSecond, new By(WHO, null)).id();
    }

    @Override
    public String cancelReplay(String replayId) {
        return recovery.cancelReplay(replayId, new By(WHO, null))
                .map(DeadLetters::line)
                .orElseThrow(() -> new IllegalArgumentException("no replay with this id is running: " + replayId));
    }

    @Override
    public String discard(String id, String reason) {
        Selection one = new Selection(List.of(id), Selection.ALL.states(), null, null, null, null, null);
        if (recovery.discard(one, because(reason)) == 0) {
            throw new IllegalArgumentException("no dead letter has this id: " + id);
        }
        return known(id, recovery.story(id).map(Recovery.Story::order));
    }

    @Override
    public String restore(String id) {
        return known(id, recovery.restore(id, new By(WHO, null)));
    }

    @Override
    public String cancel(String orderId, String reason) {
        return known(orderId, recovery.cancel(orderId, because(reason)));
    }

    @Override
    public String expedite(String orderId) {
        return known(orderId, recovery.expedite(orderId, new By(WHO, null)));
    }

    @Override
    public String edit(String id, String json) {
        return known(id, recovery.edit(id, json, new By(WHO, null)));
    }

    private static By because(String reason) {
        if (reason.isBlank()) {
            throw new IllegalArgumentException("reason: why; it is kept with the order");
        }
        return new By(WHO, reason);
    }

    private static String known(String id, Optional<OrderRecord> order) {
        return order.map(row ->
                        row.orderId() + " is " + row.state() + (row.lane() == null ? "" : " in lane " + row.lane()))
                .orElseThrow(() -> new IllegalArgumentException("nobody knows this id: " + id));
    }

    private static String line(Replay replay) {
        return "%s %s by %s: %,d chosen, %,d sent on, %,d succeeded, %,d failed again"
                .formatted(
                        replay.id(),
                        replay.status(),
                        replay.who(),
                        replay.chosen(),
                        replay.sentOn(),
                        replay.outcomes().getOrDefault(Outcome.SUCCEEDED, 0L),
                        replay.outcomes().getOrDefault(Outcome.FAILED, 0L));
    }

    private static @Nullable String emptyAsNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }
}
