package ordersystem.monitoring;

import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * The health check {@code high-lane}: says in its message whether high orders are overdue. Always up: a restart would help
 * none of them.
 */
public final class HighLaneHealth extends AbstractHealthCheck {

    private final Figures figures;

    private HighLaneHealth(Figures figures) {
        super("ordersystem", "high-lane");
        this.figures = figures;
    }

    public static void register(CamelContext context, Figures figures) {
        HealthCheckRegistry.get(context).register(new HighLaneHealth(figures));
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        builder.message(figures.highLane()).up();
    }
}
