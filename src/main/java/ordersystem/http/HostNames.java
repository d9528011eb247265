package ordersystem.http;

import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The names by which a port is reached: any address, {@code localhost}, and those of {@code orders.http.names}. A page of another
 * site whose name leads here, all at once, would be of our origin for its browser (DNS rebinding). Immutable.
 */
final class HostNames {

    /** No name leads to an address that is given as such, so no other site's name can. */
    private static final Pattern ADDRESS = Pattern.compile("localhost|\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-f:.]+]");

    private static final Pattern PORT = Pattern.compile(":\\d{1,5}$");

    private final Set<String> names;

    HostNames(Set<String> names) {
        this.names = names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    /** What a request says that it was sent to; whoever speaks HTTP/1.0 need not say it. */
    static @Nullable String of(RoutingContext request) {
        return request.request().getHeader("Host");
    }

    /** Why a request to this host is not answered; null where it is. */
    @Nullable
    String objection(@Nullable String host) {
        if (host == null) {
            return null;
        }
        String name = PORT.matcher(host.toLowerCase(Locale.ROOT)).replaceFirst("");
        return ADDRESS.matcher(name).matches() || names.contains(name)
                ? null
                : "the name " + host.substring(0, Math.min(100, host.length()))
                        + " is none of OrderSystem's; use its address, or localhost, or put the name into"
                        + " orders.http.names";
    }
}
