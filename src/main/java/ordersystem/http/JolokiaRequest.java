package ordersystem.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of Jolokia, which reads and changes by GET and by POST: changes come by POST only, and are subject to what the
 * {@link ManagementGate} asks of changes. Which MBeans may be changed at all says {@code jolokia-access.xml}. Stateless.
 */
final class JolokiaRequest {

    static final String PATH = "/observe/jolokia";

    private static final int MAX_BYTES = 1 << 20;
    private static final Set<String> READING = Set.of("read", "list", "search", "version");
    private static final JsonMapper JSON = JsonMapper.builder()
            // Jolokia may take the other one of the two.
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private JolokiaRequest() {}

    /** Has bodies read before the gate looks at them; only then may it be opened for Jolokia. */
    static void readBodies(Router router) {
        router.route(PATH + "/*").order(-1).handler(BodyHandler.create(false).setBodyLimit(MAX_BYTES));
    }

    /**
     * Why this is not let through.
     *
     * @param change why the one who asks must not change anything; null where that is allowed
     */
    static @Nullable String objection(RoutingContext request, Supplier<@Nullable String> change) {
        if (request.request().method() == HttpMethod.GET) {
            return isReading(request) ? null : "by GET only what reads, at its plain path; the rest by POST";
        }
        try {
            return isReading(body(request)) ? null : change.get();
        } catch (JsonProcessingException e) {
            return "the body is no JSON";
        }
    }

    /** As Jolokia reads it, or the two might understand different things. */
    private static @Nullable JsonNode body(RoutingContext request) throws JsonProcessingException {
        String text = request.body().available() ? request.body().asString("UTF-8") : null;
        return JSON.readTree(text == null ? "" : text);
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
            return StreamSupport.stream(body.spliterator(), false).allMatch(JolokiaRequest::isReading);
        }
        String type = body.path("type").asText();
        // What Hawtio draws its diagrams with.
        boolean looksAtRoutes = type.equals("exec")
                && body.path("mbean").asText().startsWith("org.apache.camel:")
                && body.path("operation").asText().matches("(dump|browse)\\w*(\\([\\w.,\\[;]*\\))?");
        return READING.contains(type) || looksAtRoutes;
    }

    /** As Jolokia refuses: a client that is told by the status code, Hawtio, would take it for a logout. */
    static void refuse(RoutingContext request, String detail) {
        Map<String, Object> refusal =
                Map.of("status", 403, "error_type", "java.lang.SecurityException", "error", "Refused: " + detail);
        request.response()
                .putHeader("Content-Type", "application/json")
                .end(Buffer.buffer(Answer.json(200, one(request, refusal)).bytes()));
    }

    /** As many as were asked for together. */
    private static Object one(RoutingContext request, Object refusal) {
        try {
            JsonNode body = body(request);
            return body != null && body.isArray() ? Collections.nCopies(body.size(), refusal) : refusal;
        } catch (JsonProcessingException e) {
            return refusal;
        }
    }
}
