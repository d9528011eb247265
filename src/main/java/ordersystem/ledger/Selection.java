package ordersystem.ledger;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which dead letters: all that fit everything that is given.
 *
 * @param ids these only; empty for any
 * @param states {@link State#FAILED} or {@link State#INVALID}, or both
 * @param reasonType class name of the fault; null for any
 * @param reasonNode node in which it failed, empty for none; null for any
 * @param text part of the reason's message, whatever its case; null for any
 * @param failedBefore last failed before this instant; null for any
 */
public record Selection(
        List<String> ids,
        Set<State> states,
        @Nullable String lane,
        @Nullable String reasonType,
        @Nullable String reasonNode,
        @Nullable String text,
        @Nullable Instant failedBefore) {

    /** Every dead letter. */
    public static final Selection ALL =
            new Selection(List.of(), Set.of(State.FAILED, State.INVALID), null, null, null, null, null);

    public Selection {
        ids = List.copyOf(ids);
        states = Set.copyOf(states);
    }

    /** What of it can be sent on as it is: orders. A message that is not an order cannot. */
    public Selection ofOrders() {
        return of(State.FAILED);
    }

    /** The state, where it is one. */
    State state() {
        return states.iterator().next();
    }

    /** Whether it says all that makes a group. */
    boolean isOfOneGroup() {
        return states.size() == 1 && reasonType != null && reasonNode != null;
    }

    /** Whether it takes either all or nothing of each group. */
    boolean isOfWholeGroups() {
        return ids.isEmpty() && lane == null && text == null && failedBefore == null;
    }

    Selection of(State state) {
        return new Selection(ids, Set.of(state), lane, reasonType, reasonNode, text, failedBefore);
    }

    /** The same with another instant before which they failed last. */
    Selection failedBefore(@Nullable Instant instant) {
        return new Selection(ids, states, lane, reasonType, reasonNode, text, instant);
    }
}
