package ordersystem.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import ordersystem.reload.Routes;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * The bean {@code routesApi}: the route files, for the operations API on the management port. Its own route is a route file,
 * too, and may be exchanged by what it asks for; so it only asks, and does not wait. Thread-safe.
 */
public final class RoutesApi {

    private static final String EXPECTED = "{\"version\": \"20261128-…\"}, or {} for what ran before";
    private static final JsonMapper JSON = new JsonMapper();

    private final Routes routes;

    public RoutesApi(Routes routes) {
        this.routes = routes;
    }

    /** What became of the last edit, with every error, and what runs. */
    public void status(Exchange exchange) {
        Answer.json(200, routes.status()).writeTo(exchange.getMessage());
    }

    /** The sets of route files that ran, the latest first. */
    public void history(Exchange exchange) {
        Answer.json(200, Map.of("versions", routes.history())).writeTo(exchange.getMessage());
    }

    /** {@code {"version": "..."}}, or {@code {}} for what ran before. */
    public void rollback(@Body String body, Exchange exchange) {
        String to = version(body);
        if (to == null) {
            to = routes.previous();
        }
        if (to == null) {
            throw new InvalidRequestException("version", "there is none but the one that runs");
        }
        String by = Request.who(exchange);
        try {
            Answer.json(202, Map.of("version", routes.rollback(to, by))).writeTo(exchange.getMessage());
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException("version", "one of the history; '" + to + "' is not");
        }
    }

    /** Null where none is asked for. A slip of the pen must not bring other routes back than were meant. */
    private static @Nullable String version(String body) {
        JsonNode request;
        try {
            request = JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new InvalidRequestException("body", EXPECTED);
        }
        JsonNode version = request.path("version");
        if (!request.isObject() || request.size() > (version.isTextual() ? 1 : 0)) {
            throw new InvalidRequestException("body", EXPECTED);
        }
        return version.textValue();
    }
}
