package ordersystem.brake;

import org.jspecify.annotations.Nullable;

/**
 * Whether orders are worked off, and who or what says so.
 *
 * @param state {@code working}, {@code maintenance} or {@code brake-open}
 * @param since ISO 8601
 * @param by who turned the maintenance switch last; null where nobody has
 * @param reason of the maintenance, or of the last turn that failed in an outage; null where there is none
 * @param brake CLOSED, RAMP, HALF_OPEN, OPEN or MAINTENANCE
 * @param failureRate percent of the last turns; null while there were too few to tell
 */
public record FulfilmentStatus(
        String state,
        String since,
        @Nullable String by,
        @Nullable String reason,
        String brake,
        @Nullable Double failureRate) {

    /** The same in a sentence. */
    public String words() {
        return state + " since " + since + (reason == null ? "" : ": " + reason);
    }
}
