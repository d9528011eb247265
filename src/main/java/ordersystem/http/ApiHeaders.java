package ordersystem.http;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import ordersystem.order.OrderHeaders;
import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.jspecify.annotations.Nullable;

/**
 * The only headers and query parameters of a client that become headers of a route's message, and the only message
 * headers that become headers of an answer. Without it {@code JMSPriority: 9} would decide a lane, {@code CamelFileName}
 * a file, and {@code ?Set-Cookie=} the answer. Immutable.
 */
final class ApiHeaders implements HeaderFilterStrategy {
    /** In which an operator says who it is. Kept, not checked. */
    static final String OPERATOR = "X-Operator";

    /** Whose API key a request of the public port had. Set by {@link PublicGate} alone. */
    static final String SENDER = "X-Order-Sender";

    /** The same where the key's owner sees only what was sent with keys of that name. */
    static final String SEES_ONLY = "X-Sees-Only";

    /** Who a request comes from. A query parameter of such a name would pass for the header. */
    static final Set<String> IDENTITY = Set.of(OPERATOR, SENDER, SEES_ONLY);

    /** Of the public port. */
    static final Set<String> PUBLIC = Stream.concat(OrderHeaders.TRACE.stream(), Stream.of(SENDER, SEES_ONLY))
            .collect(Collectors.toUnmodifiableSet());

    /** Of the management port. */
    static final Set<String> MANAGEMENT = Set.of(
            OPERATOR, "limit", "after", "state", "lane", "reasonType", "reasonNode", "text", "olderThan", "note");

    private static final Set<String> OUT = Set.of("Location", "Retry-After");

    /** HTTP/2 has header names in lower case only, HTTP/1.1 in any. */
    private final Set<String> in = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

    /** @param in what comes in */
    ApiHeaders(Set<String> in) {
        this.in.addAll(in);
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
