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
    /** Of the public port: none. */
    static final Set<String> PUBLIC = Set.of();

    /** Of the management port. */
    static final Set<String> MANAGEMENT = Set.of(
            "X-Operator", "limit", "after", "state", "lane", "reasonType", "reasonNode", "text", "olderThan", "note");

    private static final Set<String> OUT = Set.of("Location", "Retry-After");

    private final Set<String> in;

    /** @param in what comes in */
    ApiHeaders(Set<String> in) {
        this.in = in;
    }

    @Override
    public boolean applyFilterToExternalHeaders(String name, @Nullable Object value, Exchange exchange) {
        return !in.contains(name);
    }

    @Override
    public boolean applyFilterToCamelHeaders(String name, @Nullable Object value, Exchange exchange) {
        return !OUT.contains(name);
    }
}
