package ordersystem.http;

import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.jspecify.annotations.Nullable;

/**
 * The only headers and query parameters of a client that become headers of a route's message, and the only message
 * headers that become headers of an answer. Without it {@code JMSPriority: 9} would decide a lane, {@code CamelFileName}
 * a file, and {@code ?Set-Cookie=} the answer. Immutable.
 */
final class ApiHeaders implements HeaderFilterStrategy {
    private static final Set<String> IN = Set.of("limit", "after");
    private static final Set<String> OUT = Set.of("Location", "Retry-After");

    @Override
    public boolean applyFilterToExternalHeaders(String name, @Nullable Object value, Exchange exchange) {
        // HTTP/2 has header names in lower case only.
        return !IN.contains(name) && !name.equalsIgnoreCase(FulfilmentApi.OPERATOR);
    }

    @Override
    public boolean applyFilterToCamelHeaders(String name, @Nullable Object value, Exchange exchange) {
        return !OUT.contains(name);
    }
}
