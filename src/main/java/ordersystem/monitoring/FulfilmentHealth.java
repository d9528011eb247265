package ordersystem.monitoring;

import java.util.Map;
import java.util.function.Supplier;
import ordersystem.brake.FulfilmentStatus;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * The health check {@code fulfilment}: says in its details whether orders are worked off. Always up: with the brake open,
 * or in maintenance, orders are taken in all the same, and whoever restarts or takes out of service what is not healthy
 * would end just that.
 */
public final class FulfilmentHealth extends AbstractHealthCheck {

    private final Supplier<FulfilmentStatus> fulfilment;

    private FulfilmentHealth(Supplier<FulfilmentStatus> fulfilment) {
        super("ordersystem", "fulfilment");
        this.fulfilment = fulfilment;
    }

    public static void register(CamelContext context, Supplier<FulfilmentStatus> fulfilment) {
        HealthCheckRegistry.get(context).register(new FulfilmentHealth(fulfilment));
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        FulfilmentStatus now = fulfilment.get();
        builder.detail("fulfilment.state", now.state())
                .detail("fulfilment.brake", now.brake())
                .detail("fulfilment.since", now.since());
        if (now.reason() != null) {
            builder.detail("fulfilment.reason", now.reason());
        }
        builder.up();
    }
}
