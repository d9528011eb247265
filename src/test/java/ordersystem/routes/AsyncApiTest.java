package ordersystem.routes;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import ordersystem.order.OrderHeaders;
import ordersystem.order.OrderReader;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** {@code docs/asyncapi.yaml} against the standard's schema, the routes, the code's header names, and real messages. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AsyncApiTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern QUEUE = Pattern.compile("activemq:queue:(orders\\.[a-z.]+)");

    private JsonNode document;

    @BeforeAll
    void read() throws IOException {
        document = JSON.valueToTree(new Load(LoadSettings.builder().build())
                .loadFromString(Files.readString(Path.of("docs/asyncapi.yaml"))));
    }

    @Test
    void itIsValid() throws IOException {
        try (InputStream schema = requireNonNull(getClass().getResourceAsStream("/ordersystem/asyncapi-3.0.0.json"))) {
            assertThat(JsonSchemaFactory.getInstance(VersionFlag.V7)
                            .getSchema(JSON.readTree(schema))
                            .validate(document))
                    .isEmpty();
        }
        for (JsonNode reference : document.findValues("$ref")) {
            String target = reference.asText();
            if (target.startsWith("#")) {
                assertThat(document.at(target.substring(1)).isMissingNode())
                        .as(target)
                        .isFalse();
            } else {
                assertThat(Path.of("docs").resolve(target)).exists();
            }
        }
    }

    @Test
    void itHasTheQueuesOfTheRoutes() throws IOException {
        // In no route: what the routes have a property for, where what cannot be filed goes, and the topic.
        Set<String> queues =
                new TreeSet<>(Set.of("orders.fulfilled", "orders.unfiled", "orders.events", "legacy.orders.in"));
        try (Stream<Path> routes = Files.list(Path.of("routes"))) {
            for (Path route : routes.toList()) {
                QUEUE.matcher(Files.readString(route)).results().forEach(used -> queues.add(used.group(1)));
            }
        }

        assertThat(document.path("channels").findValuesAsText("address")).containsExactlyInAnyOrderElementsOf(queues);
    }

    @Test
    void itHasTheHeadersOfTheCode() {
        Set<String> headers = new HashSet<>();
        document.at("/components/messages").forEach(message -> resolved(message.path("headers"))
                .path("properties")
                .fieldNames()
                .forEachRemaining(headers::add));

        assertThat(headers).contains("OrderEvent");
        headers.remove("OrderEvent"); // goes out, and never comes in
        assertThat(headers).isEqualTo(OrderHeaders.ALLOWED);
    }

    @Test
    void itsExampleIsAnOrder() {
        JsonNode example = document.at("/components/messages/arrival/examples/0/payload");

        assertThat(new OrderReader().read(example.toString(), null).orderId()).isEqualTo("536365");
    }

    @Test
    void messagesOfTheRunningSystemAreAsDescribed(@TempDir Path home) throws Exception {
        String filing = Files.readString(Path.of("routes/70-dead-letters.camel.yaml"));
        try (RunningSystem system = new RunningSystem(home)
                .route(
                        "70-dead-letters.camel.yaml",
                        filing.replaceAll("(?m)^    id: dead-letters(-invalid)?$", "$0\n    autoStartup: false"))
                .fulfilment("""
                        - choice:
                            when:
                              - simple: "${body} contains 'REFUSED'"
                                steps:
                                  - throwException:
                                      exceptionType: ordersystem.order.UnprocessableOrderException
                                      message: no stock
                            otherwise:
                              steps:
                                - to: "{{orders.fulfilment.uri}}"
                        """, "")
                .start()) {
            Message arrival = system.text(order("A", "17850"));
            arrival.setStringProperty("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
            arrival.setStringProperty("OfTheSender", "not carried along");
            system.send("orders.incoming", arrival);
            system.send("orders.incoming", order("B", "REFUSED"));
            system.send("orders.incoming", "no order");

            for (String queue : List.of("orders.fulfilled", "orders.normal.dlq", "orders.invalid")) {
                assertAsDescribed(queue, system.receive(queue, 1).get(0));
            }
        }
    }

    private void assertAsDescribed(String queue, Message message) throws JMSException {
        ObjectNode headers = JSON.createObjectNode();
        for (Object each : Collections.list(message.getPropertyNames())) {
            String name = String.valueOf(each);
            if (!name.startsWith("JMSX")) { // the broker's own
                headers.set(name, JSON.valueToTree(message.getObjectProperty(name)));
            }
        }
        JsonNode channel = document.path("channels").findParents("address").stream()
                .filter(one -> one.path("address").asText().equals(queue))
                .findFirst()
                .orElseThrow();
        JsonNode described = resolved(channel.path("messages").iterator().next());
        ObjectNode schema = document.deepCopy();
        schema.setAll((ObjectNode) resolved(described.path("headers")));
        schema.put("additionalProperties", false);
        assertThat(JsonSchemaFactory.getInstance(VersionFlag.V7)
                        .getSchema(schema)
                        .validate(headers))
                .as(queue + " " + headers)
                .isEmpty();
        assertThat(queue.equals("orders.fulfilled") == headers.has("traceparent"))
                .as("the trace of the order that had one: " + headers)
                .isTrue();
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? document.at(node.path("$ref").asText().substring(1)) : node;
    }

    private static String order(String id, String customer) {
        return "{\"orderId\":\"" + id + "\",\"customerId\":\"" + customer
                + "\",\"lines\":[{\"sku\":\"a\",\"quantity\":1,\"unitPrice\":2}]}";
    }
}
