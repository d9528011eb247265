package ordersystem.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import org.apache.camel.Exchange;

/**
 * The bean {@code openApi}: the documents of the public and the management API (OpenAPI 3.1). They are written by hand, but for
 * what an order is: that is put in from {@code order.schema.json}, which the intake reads too. What both ports have stands once,
 * in {@code openapi-shared.json}. Made once; thread-safe.
 */
public final class OpenApi {

    private static final JsonMapper JSON = new JsonMapper();

    private final JsonNode ofOrders;
    private final JsonNode ofOperations;

    public OpenApi() {
        Properties about = new Properties();
        try (InputStream in = resource("/ordersystem/version.properties")) {
            about.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException("the version cannot be read", e);
        }
        ofOrders = document("openapi.json", about.getProperty("version"));
        ofOperations = document("openapi-management.json", about.getProperty("version"));
        guard(ofOrders, "401");
        guard(ofOperations, "401", "403");
    }

    public void ofOrders(Exchange exchange) {
        Answer.json(200, ofOrders).writeTo(exchange.getMessage());
    }

    public void ofOperations(Exchange exchange) {
        Answer.json(200, ofOperations).writeTo(exchange.getMessage());
    }

    private static JsonNode document(String file, String version) {
        JsonNode document = read(file);
        ((ObjectNode) document.path("info")).put("version", version);
        JsonNode shared = read("openapi-shared.json");
        for (String part : List.of("/paths", "/components/schemas", "/components/responses")) {
            ((ObjectNode) document.at(part)).setAll((ObjectNode) shared.at(part));
        }
        // Its definitions become schemas beside it, where tools look for them.
        ObjectNode order = (ObjectNode) read("/ordersystem/order.schema.json");
        ObjectNode schemas = (ObjectNode) document.path("components").path("schemas");
        schemas.setAll((ObjectNode) order.remove("$defs"));
        schemas.set("Order", order.remove(List.of("$schema", "$id", "$comment")));
        return document;
    }

    /** Whatever is asked, a gate is asked first: {@link PublicGate} or {@link ManagementGate}. */
    private static void guard(JsonNode document, String... answers) {
        for (JsonNode path : document.path("paths")) {
            for (JsonNode operation : path) {
                ObjectNode responses = (ObjectNode) operation.path("responses");
                for (String answer : answers) {
                    String response = answer.equals("401") ? "Unauthorized" : "Forbidden";
                    responses.putObject(answer).put("$ref", "#/components/responses/" + response);
                }
            }
        }
    }

    private static JsonNode read(String resource) {
        try (InputStream in = resource(resource)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return JSON.readTree(text.replace("\"#/$defs/", "\"#/components/schemas/"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot be read: " + resource, e);
        }
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(OpenApi.class.getResourceAsStream(name), name);
    }
}
