package ordersystem.monitoring;

import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * A health check that says how something stands, in its message. Always up: with the brake open, in maintenance or under
 * overload orders are taken in all the same, and whoever restarts or takes out of service what is not healthy would end just
 * that.
 */
public final class Standing extends AbstractHealthCheck {

    private final Supplier<String> words;

    private Standing(String id, Supplier<String> words) {
        super("ordersystem", id);
        this.words = words;
    }

    public static void register(CamelContext context, String id, Supplier<String> words) {
        HealthCheckRegistry.get(context).register(new Standing(id, words));
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        builder.message(words.get()).up();
    }
}
