package ordersystem.reload;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of the last edit of the routes folder, and what runs.
 *
 * @param state of the last edit
 * @param at when it was found, ISO 8601
 * @param by the owner of the file that changed last, or who asked for it
 * @param files names of what changed, came or went with it
 * @param reason why it does not run; null where it does
 * @param errors what is wrong with it; empty where nothing is
 * @param heldBackMillis how long orders were held back to make the exchange
 * @param running version of the routes that run
 * @param runningSince ISO 8601
 */
public record RoutesStatus(
        State state,
        String at,
        String by,
        List<String> files,
        @Nullable String reason,
        List<RouteError> errors,
        double heldBackMillis,
        String running,
        String runningSince) {

    /** What became of an edit. */
    public enum State {
        /** It runs. */
        APPLIED,
        /** It is wrong; what ran before runs on. */
        REFUSED,
        /** It is good, and not exchanged yet because orders were in hand; tried again. */
        WAITING,
        /** It looked good, and Camel did not take it; what ran before runs again. */
        FAILED
    }

    /** The same in a sentence. */
    public String words() {
        return switch (state) {
            case APPLIED -> "routes " + running + " run since " + runningSince;
            case REFUSED ->
                "WARNING: the edit of " + at + " is refused, " + errors.size() + " error(s), the first: "
                        + (errors.isEmpty() ? "-" : errors.get(0)) + "; routes " + running + " run on";
            case WAITING, FAILED ->
                "WARNING: the edit of " + at + " does not run: " + reason + "; routes " + running + " run on";
        };
    }
}
