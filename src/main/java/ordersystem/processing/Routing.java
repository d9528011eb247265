package ordersystem.processing;

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

    /** Whether it waits in the ledger first, because there is no room in its lane. */
    public boolean isDeferred() {
        return draw != null && !draw.isAdmitted();
    }
}
