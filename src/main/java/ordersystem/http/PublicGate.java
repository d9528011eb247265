package ordersystem.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import ordersystem.access.ApiKeys;
import ordersystem.access.Role;
import ordersystem.access.User;
import ordersystem.transaction.Turns;
import org.jspecify.annotations.Nullable;

/**
 * Whoever comes to the public port passes here first. It says 503 until the routes are there, and once they go: the server
 * listens seconds before them, and a customer takes its 404 for an answer. Then it asks for an API key, where there is a file
 * of keys; without one, names of other sites that lead here are refused. Runs on the event loop; thread-safe.
 */
final class PublicGate implements Handler<RoutingContext> {

    /** What may be asked for with each key; the page, which cannot show one, is on the management port. */
    private static final Pattern AN_ORDER = Pattern.compile("/api/orders/[^/]+");

    private static final String DOCUMENT = "/api/openapi.json";
    private static final String BEARER = "Bearer ";

    private final @Nullable ApiKeys keys;
    private final HostNames names;
    private final BooleanSupplier started;
    private final Turns requests;

    /**
     * @param keys null where nobody is asked for one
     * @param names by which this port may be reached where nobody is asked for a key
     * @param requests begun with each
     */
    PublicGate(@Nullable ApiKeys keys, HostNames names, BooleanSupplier started, Turns requests) {
        this.keys = keys;
        this.names = names;
        this.started = started;
        this.requests = requests;
    }

    @Override
    public void handle(RoutingContext request) {
        // Only this gate says who it is.
        request.request().headers().remove(ApiHeaders.SENDER).remove(ApiHeaders.SEES_ONLY);
        Problem problem = started.getAsBoolean() ? objection(request) : HttpServers.CLOSED;
        if (problem == null) {
            HttpServers.pass(request, requests);
        } else {
            HttpServers.answer(request, problem);
        }
    }

    private @Nullable Problem objection(RoutingContext request) {
        if (keys == null) {
            String foreign = names.objection(HostNames.of(request));
            return foreign == null ? null : Problem.plain(403, "Forbidden", foreign);
        }
        String header = request.request().getHeader("Authorization");
        if (header == null || !header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            request.response().putHeader("WWW-Authenticate", "Bearer realm=\"OrderSystem\"");
            return Problem.plain(
                    401, "Unauthorized", "this port asks for an API key, in the header Authorization: Bearer KEY");
        }
        Optional<User> owner = keys.owner(header.substring(BEARER.length()).strip());
        if (owner.isEmpty()) {
            request.response().putHeader("WWW-Authenticate", "Bearer realm=\"OrderSystem\", error=\"invalid_token\"");
            return Problem.plain(401, "Unauthorized", "this API key is not known");
        }
        return admit(request, owner.get());
    }

    private static @Nullable Problem admit(RoutingContext request, User owner) {
        boolean asks = request.request().method() == HttpMethod.GET
                || request.request().method() == HttpMethod.HEAD;
        if (!asks && !owner.may(Role.SEND)) {
            return lacks(Role.SEND);
        }
        if (asks && !owner.may(Role.LOOK)) {
            String path = request.normalizedPath();
            if (!path.equals(DOCUMENT) && !AN_ORDER.matcher(path).matches()) {
                return lacks(Role.LOOK);
            }
            request.request().headers().set(ApiHeaders.SEES_ONLY, owner.name());
        }
        request.request().headers().set(ApiHeaders.SENDER, owner.name());
        return null;
    }

    private static Problem lacks(Role role) {
        return Problem.plain(403, "Forbidden", "this needs an API key with the role " + role.word());
    }
}
