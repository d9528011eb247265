package ordersystem.ledger;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import ordersystem.order.Lane;
import org.jspecify.annotations.Nullable;

/**
 * What people may do with an order, and where it is put: pure. Called by {@link Interventions} with the row locked, and by a
 * model test with a crash at every seam. Whatever is done is a step of the row, made by no message.
 *
 * <p>Every method throws {@link RefusedException} where the row's state does not allow it.
 */
final class ActionRule {

    private static final Set<State> GOES_ON_BY_ITSELF = Set.of(State.RETRYING, State.DEFERRED);
    private static final Set<State> GIVEN_UP =
            Stream.of(State.values()).filter(State::isGivenUp).collect(Collectors.toUnmodifiableSet());

    /**
     * Where an order is put.
     *
     * @param lane null leaves it as it is
     * @param attempts turns that failed so far; null leaves it as it is
     * @param goesOn whether the releaser sends it on at once
     */
    record Place(State state, @Nullable Lane lane, @Nullable Integer attempts, boolean goesOn) {}

    private ActionRule() {}

    static Place discard(State state) {
        return new Place(state == State.INVALID ? State.DISMISSED : State.DISCARDED, null, null, false);
    }

    /** @param before the state that it had before it was given up */
    static Place restore(OrderRecord row, State before) {
        require(row, GIVEN_UP, "restore");
        if (!row.kept()) {
            throw refused(row, "restore", "its body was erased");
        }
        return before.waitsForAPerson()
                ? new Place(before, null, null, false)
                : new Place(State.RETRYING, null, null, true);
    }

    /** Of one that is not processed: that has no body any more, and keeps its place. */
    static Place erase(OrderRecord row) {
        if (row.state().isNeeded()) {
            throw refused(row, "erase", "it is needed until it is processed; erase it then, or cancel it first");
        }
        State over = row.state().waitsForAPerson() ? discard(row.state()).state() : row.state();
        return new Place(over, null, null, false);
    }

    static Place cancel(OrderRecord row) {
        requireNotOver(row, "cancel");
        return new Place(State.CANCELLED, null, null, false);
    }

    static Place expedite(OrderRecord row) {
        requireNotOver(row, "expedite");
        if (row.state() == State.RECEIVED && Lane.HIGH.equals(row.lane())) {
            throw refused(row, "expedite", "it is on its way in the high lane");
        }
        return new Place(State.RETRYING, Lane.HIGH, 0, true);
    }

    static Place replay(OrderRecord row) {
        require(row, Set.of(State.FAILED), "replay");
        return new Place(State.RETRYING, null, 0, true);
    }

    /** @param lane that the corrected order calls for; an order never leaves the high lane */
    static Place edit(OrderRecord row, Lane lane) {
        if (row.state() != State.FAILED && !GOES_ON_BY_ITSELF.contains(row.state())) {
            throw refused(row, "edit", "an order is edited while it waits");
        }
        return new Place(State.RETRYING, Lane.HIGH.equals(row.lane()) ? Lane.HIGH : lane, 0, true);
    }

    /** Of a message that was no order, once the order that it should have been is taken in. */
    static Place correct(OrderRecord message) {
        require(message, Set.of(State.INVALID), "correct");
        return new Place(State.DISMISSED, null, null, false);
    }

    private static void require(OrderRecord row, Set<State> states, String what) {
        if (!states.contains(row.state())) {
            throw refused(
                    row,
                    what,
                    "that needs "
                            + String.join(
                                    " or ",
                                    states.stream().map(State::name).sorted().toList()));
        }
    }

    private static void requireNotOver(OrderRecord row, String what) {
        if (row.state() == State.RECEIVED && !row.kept()) {
            throw refused(
                    row,
                    what,
                    "it is on its way, and its message is not kept in the ledger (orders.ledger.keep-message=false);"
                            + " try again when it waits");
        }
        if (row.state() != State.RECEIVED && row.state() != State.FAILED && !GOES_ON_BY_ITSELF.contains(row.state())) {
            throw refused(row, what, "only an order that waits or is on its way can be");
        }
    }

    private static RefusedException refused(OrderRecord row, String what, String why) {
        return new RefusedException(row.orderId() + " cannot be treated so (" + what + "): it is " + row.state()
                + " since " + row.updatedAt() + "; " + why);
    }
}
