package ordersystem.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * In front of Jolokia, which reads and changes by GET and by POST: changes come by POST, and are subject to what the
 * {@link ManagementGate} asks of changes. Which MBeans may be changed at all says {@code jolokia-access.xml}. Thread-safe.
 */
final class JolokiaGate implements Handler<RoutingContext> {

    static final String PATH = "/observe/jolokia";

    private static final int MAX_BYTES = 1 << 20;
    private static final Set<String> READING = Set.of("read", "list", "search", "version");
    private static final JsonMapper JSON = JsonMapper.builder()
            // Jolokia may take the other one of the two.
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final ManagementGate gate;

    private JolokiaGate(ManagementGate gate) {
        this.gate = gate;
    }

    /** Stands before Camel's own handler from now on. */
    static void guard(Router router, ManagementGate gate) {
        router.route(PATH + "/*")
                // Behind the management gate, which is the router's first, and before all that came after it.
                .order(0)
                .handler(BodyHandler.create(false).setBodyLimit(MAX_BYTES))
                .handler(new JolokiaGate(gate));
        gate.open();
    }

    @Override
    public void handle(RoutingContext request) {
        if (!ManagementGate.hasAdmitted(request)) {
            throw new IllegalStateException("not behind the management gate");
        }
        if (request.request().method() == HttpMethod.GET) {
            if (isReading(request)) {
                request.next();
            } else {
                answer(request, null, "by GET only what reads, at its plain path; the rest by POST");
            }
            return;
        }
        JsonNode body;
        try {
            // As Jolokia reads it, or the two might understand different things.
            body = JSON.readTree(request.body().asString("UTF-8"));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            answer(request, null, "the body is no JSON");
            return;
        }
        String objection = isReading(body) ? null : gate.objection(request);
        if (objection == null) {
            request.next();
        } else {
            answer(request, body, objection);
        }
    }

    private static boolean isReading(RoutingContext request) {
        String path = request.normalizedPath();
        String asked = path.substring(Math.min(path.length(), PATH.length() + 1));
        return path.equals(request.request().path())
                && request.request().getParam("p") == null // the other way to say a path
                && (asked.isEmpty() || READING.contains(asked.split("/", 2)[0]));
    }

    private static boolean isReading(@Nullable JsonNode body) {
        if (body == null) {
            return false;
        }
        if (body.isArray()) {
            return StreamSupport.stream(body.spliterator(), false).allMatch(JolokiaGate::isReading);
        }
        String type = body.path("type").asText();
        // What Hawtio draws its diagrams with.
        boolean looksAtRoutes = type.equals("exec")
                && body.path("mbean").asText().startsWith("org.apache.camel:")
                && body.path("operation").asText().matches("(dump|browse)\\w*(\\([\\w.,\\[;]*\\))?");
        return READING.contains(type) || looksAtRoutes;
    }

    /** As Jolokia refuses: a client that is told by the status code, Hawtio, would take it for a logout. */
    private static void answer(RoutingContext request, @Nullable JsonNode body, String detail) {
        Map<String, Object> refusal =
                Map.of("status", 403, "error_type", "java.lang.SecurityException", "error", "Refused: " + detail);
        Object all = body != null && body.isArray() ? Collections.nCopies(body.size(), refusal) : refusal;
        request.response()
                .putHeader("Content-Type", "application/json")
                .end(Buffer.buffer(Answer.json(200, all).bytes()));
    }
}
