package ordersystem.processing;

import java.time.Duration;
import ordersystem.order.Draw;
import ordersystem.order.Lane;
import org.jspecify.annotations.Nullable;

/**
 * Where an order goes that has just been read.
 *
 * @param lane that it belongs in
 * @param draw whether it is admitted now; null for one that is not asked
 */
public record Routing(Lane lane, @Nullable Draw draw) {

    /** A deferred order goes on within this time, whatever happens. */
    private static final Duration LONGEST_DEFERRAL = Duration.ofSeconds(1800);

    /** Whether it waits in the ledger first, because there is no room in its lane. */
    public boolean isDeferred() {
        return draw != null && !draw.isAdmitted();
    }

    /** How long a deferred order waits at most: the closer its number was to being admitted, the shorter. */
    public Duration deferral() {
        return draw == null
                ? Duration.ZERO
                : Duration.ofMillis((long) ((draw.probability() - draw.number()) * LONGEST_DEFERRAL.toMillis()));
    }
}
