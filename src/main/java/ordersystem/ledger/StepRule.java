package ordersystem.ledger;

import ordersystem.ledger.Outcome.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * The rule of steps: what a message may do to its order. It makes every copy, redelivery and crash between the ledger's
 * commit and the broker's harmless. Pure; called by {@link Ledger} for messages whose update changed no row, and by a
 * model test with a crash at every seam.
 *
 * <p>A row's {@code step} goes up by one at each transition; {@code handled} is the key of the message that made
 * the last one, null when the releaser or an operator made it. Remembering only the message that created the row loses
 * orders: docs/decisions/0002-rule-of-steps.md.
 */
public final class StepRule {

    /**
     * What the rule needs to know of a row.
     *
     * @param sameBody whether the body's hash is one that the order had
     */
    public record Row(int step, @Nullable String handled, State state, boolean sameBody) {}

    private StepRule() {}

    /**
     * Decides for one message.
     *
     * @param row the order's row, locked; null where there is none
     * @return WRITTEN means: write the change, from the row's present step
     */
    public static Verdict decide(@Nullable Row row, Change change) {
        if (row == null) {
            return Verdict.WRITTEN;
        }
        Integer step = change.step();
        if (step != null && step == row.step() && row.state() == State.RECEIVED) {
            return Verdict.WRITTEN;
        }
        if (step == null && !row.sameBody()) {
            return Verdict.CONFLICT;
        }
        if (change.messageId().equals(row.handled())) {
            if (row.state() == State.PROCESSED) {
                // Its sends were undone, so fulfilment ran again. Had it failed now, the order leaves PROCESSED.
                return change.state() == State.PROCESSED ? Verdict.SEND_AGAIN : Verdict.WRITTEN;
            }
            return row.state() == State.RECEIVED ? Verdict.RESEND : Verdict.ACKNOWLEDGE;
        }
        return Verdict.DUPLICATE;
    }
}
