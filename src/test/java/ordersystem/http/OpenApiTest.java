package ordersystem.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import ordersystem.access.ApiKey;
import ordersystem.access.ApiKeys;
import ordersystem.access.PasswordHash;
import ordersystem.access.Role;
import ordersystem.access.User;
import ordersystem.access.Users;
import ordersystem.http.ApiUnderTest.Answered;
import ordersystem.ledger.Action.By;
import ordersystem.ledger.Change;
import ordersystem.ledger.Reason;
import ordersystem.ledger.State;
import ordersystem.order.Content;
import ordersystem.order.Lane;
import ordersystem.order.OrderReader;
import ordersystem.order.Trace;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The documents of both APIs against the standard, the running routes, and what is really answered. Who adds a path, a field or a
 * status describes it in {@code src/main/resources/ordersystem/http/openapi*.json}, and brings it about here.
 */
class OpenApiTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Reason REASON =
            new Reason("java.net.SocketTimeoutException", "no answer", "r", "warehouse-call");
    private static final String ID = "536370";

    @TempDir
    private Path folder;

    private ApiUnderTest api;
    private JsonNode orders;
    private JsonNode operations;

    /** Documented answers that were seen, as {@code POST /api/orders 202}. */
    private final Set<String> seen = new TreeSet<>();

    @BeforeEach
    void start() throws Exception {
        api = new ApiUnderTest(folder.resolve("api"));
        orders = api.get("/api/openapi.json").json();
        operations = api.manage("/api/openapi.json").json();
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void bothAreValidAndTellOfEveryOperationThatThereIs() {
        for (JsonNode document : List.of(orders, operations)) {
            ParseOptions resolved = new ParseOptions();
            resolved.setResolve(true);
            SwaggerParseResult parsed = new OpenAPIV3Parser().readContents(document.toString(), null, resolved);

            assertThat(parsed.getMessages()).isEmpty();
            assertThat(parsed.getOpenAPI().getPaths()).hasSameSizeAs(document.path("paths"));
        }
        assertThat(described(orders)).isEqualTo(api.operations("platform-http"));
        assertThat(described(operations)).isEqualTo(api.operations("management-http"));
    }

    @Test
    void anOrderIsWhatTheIntakeTakesForOne() throws Exception {
        JsonNode schema = JSON.readTree(Files.readString(Path.of("src/main/resources/ordersystem/order.schema.json")));
        for (JsonNode document : List.of(orders, operations)) {
            JsonNode order = document.at("/components/schemas/Order");
            assertThat(order.path("required")).isEqualTo(schema.path("required"));
            assertThat(order.at("/properties/orderId")).isEqualTo(schema.at("/properties/orderId"));
            assertThat(order.path("properties")).hasSameSizeAs(schema.path("properties"));
            assertThat(document.at("/components/schemas/money/pattern")).isEqualTo(schema.at("/$defs/money/pattern"));
            assertThat(document.toString()).doesNotContain("$defs");
        }
        Trace trace = Trace.of(
                orders.at("/components/parameters/traceparent/example").asText(),
                orders.at("/components/parameters/tracestate/example").asText());
        assertThat(trace).isNotNull().hasNoNullFieldsOrProperties();
        assertThat(orders.at("/info/version").asText()).matches("\\d+\\.\\d+\\.\\d+.*");
    }

    @Test
    void everyExampleIsWhatItsSchemaSays() {
        int examples = 0;
        for (JsonNode document : List.of(orders, operations)) {
            for (JsonNode content : document.findParents("schema")) {
                for (JsonNode example : examples(content)) {
                    if (!example.isTextual()) { // a parameter, or lines of orders
                        assertFits(document, content.path("schema"), example, content.toString());
                        examples++;
                    }
                }
            }
        }
        assertThat(examples).isGreaterThan(60);
    }

    @Test
    void everyAnswerOfThePublicApiIsAsDescribed() throws Exception {
        for (JsonNode example : requests(orders, "/api/orders")) {
            assertThat(post(orders, "/api/orders", "/api/orders", example.toString())
                            .status())
                    .isEqualTo(202);
        }
        post(orders, "/api/orders", "/api/orders", "{}");
        api.ledger.write("test", List.of(arrival("taken")));
        // While the ledger is slow to answer, the door takes it in; receive refuses it then. The next body is refused
        // at once.
        AtomicInteger quantity = new AtomicInteger();
        await("the id is taken")
                .atMost(Duration.ofSeconds(30))
                .until(() -> post(
                                        orders,
                                        "/api/orders",
                                        "/api/orders",
                                        "{\"orderId\":\"taken\",\"lines\":[{\"sku\":\"a\",\"quantity\":"
                                                + quantity.incrementAndGet() + ",\"unitPrice\":1}]}")
                                .status()
                        == 409);
        String batch = requests(orders, "/api/orders/batch").get(0).asText();
        Answered verdicts = post(orders, "/api/orders/batch", "/api/orders/batch", batch);
        assertThat(verdicts.json().path("accepted").asInt()).isEqualTo(2);
        assertThat(verdicts.json().path("refused").asInt()).isEqualTo(1);
        post(orders, "/api/orders/batch", "/api/orders/batch", "{}\n".repeat(OrderApi.MAX_BATCH_LINES + 1));
        get(orders, "/api/orders/{orderId}", "/api/orders/taken");
        get(orders, "/api/orders/{orderId}", "/api/orders/nobody");
        get(orders, "/api/openapi.json", "/api/openapi.json");
        refusals(orders);
        figures(orders);
        api.room.set(false);
        unavailable(orders);
        strangers(orders);

        assertThat(seen).isEqualTo(documented(orders));
    }

    @Test
    void everyAnswerOfTheManagementApiIsAsDescribed() throws Exception {
        failed(ID);
        api.ledger.write("test", List.of(arrival("done")));
        api.ledger.write("test", List.of(processed("done")));

        deadLetters();
        String replay = replays();
        singleOrder();
        for (String path : List.of("/api/fulfilment/pause", "/api/fulfilment/resume")) {
            change(path, path, requests(operations, path).get(0).toString());
            change(path, path, "{\"reason\":5}");
        }
        get(operations, "/api/fulfilment", "/api/fulfilment");
        get(operations, "/api/admission", "/api/admission");
        for (JsonNode example : requests(operations, "/api/admission")) {
            assertThat(change("/api/admission", "/api/admission", example.toString())
                            .status())
                    .isEqualTo(200);
        }
        change("/api/admission", "/api/admission", "{\"mode\":\"sometimes\"}");
        api.ledger.write("test", List.of(retrying("again"), retrying("and-again")));
        get(operations, "/api/waiting", "/api/waiting");
        figures(operations);
        routes();
        get(operations, "/api/openapi.json", "/api/openapi.json");
        refusals(operations);
        api.ledger.close();
        unavailable(operations);
        strangers(operations);

        assertThat(replay).isNotEmpty();
        assertThat(seen).isEqualTo(documented(operations));
    }

    private void deadLetters() throws Exception {
        String path = "/api/dead-letters";
        get(operations, path, path + "?limit=1&state=FAILED&olderThan=0s");
        get(operations, path, path + "?limit=0");
        get(operations, path + "/groups", path + "/groups");
        get(operations, path + "/groups", path + "/groups?limit=x");
        for (JsonNode example : requests(operations, path + "/discard")) {
            change(path + "/discard", path + "/discard", example.toString());
        }
        api.ledger.interventions().restore(ID, new By("test", null));
        assertThat(change(path + "/discard", path + "/discard", "{\"ids\":[\"" + ID + "\"],\"note\":\"no\"}")
                        .json()
                        .path("discarded")
                        .asInt())
                .isEqualTo(1);
        change(path + "/discard", path + "/discard", "{}");
        String example = requests(operations, path + "/restore").get(0).toString();
        for (String body : List.of(example, example, "{\"ids\":[\"nobody\"]}", "{}")) {
            change(path + "/restore", path + "/restore", body);
        }
    }

    private String replays() throws Exception {
        String path = "/api/dead-letters/replay";
        for (JsonNode example : requests(operations, path)) {
            change(path, path, example.toString());
        }
        change(path, path, "{\"all\":true,\"perSecond\":0}");
        String location = change(path, path, "{\"all\":true}").header("Location");
        String one = "/api/dead-letters/replays/{id}";
        await("it ends by itself").until(() -> api.manage(location).json().has("endedAt"));
        get(operations, one, location);
        get(operations, one, "/api/dead-letters/replays/nobody");
        get(operations, one + "/orders", location + "/orders");
        get(operations, one + "/orders", location + "/orders?limit=x");
        get(operations, "/api/dead-letters/replays", "/api/dead-letters/replays");
        get(operations, "/api/dead-letters/replays", "/api/dead-letters/replays?limit=x");
        for (int i = 0; i < 20; i++) {
            failed("slow-" + i);
        }
        String slow = change(path, path, "{\"all\":true,\"perSecond\":1}").header("Location");
        for (String which : List.of(slow, location, "/api/dead-letters/replays/nobody")) {
            change(one + "/cancel", which + "/cancel", "{}");
        }
        change(one + "/cancel", slow + "/cancel", "[]");
        return location;
    }

    private void singleOrder() throws Exception {
        String path = "/api/orders/{id}";
        String order = requests(operations, path + "/edit").get(0).toString();
        Answered edited = change(path + "/edit", "/api/orders/" + ID + "/edit?note=typing+error", order);
        String step = edited.json().path("order").path("step").asText();
        change(path + "/edit", "/api/orders/" + ID + "/edit", "{}");
        change(path + "/edit", "/api/orders/nobody/edit", order);
        change(path + "/edit", "/api/orders/done/edit", order.replace(ID, "done"));
        for (String which : List.of(step, "99", "x")) {
            get(operations, path + "/replaced/{step}", "/api/orders/" + ID + "/replaced/" + which);
        }
        for (String verb : List.of("/expedite", "/cancel")) {
            String body = requests(operations, path + verb).get(0).toString();
            for (String id : List.of(ID, "nobody", "done")) {
                change(path + verb, "/api/orders/" + id + verb, body);
            }
            change(path + verb, "/api/orders/" + ID + verb, "[]");
        }
        get(operations, path, "/api/orders/" + ID);
        get(operations, path, "/api/orders/nobody");
    }

    /** Before anything is known of them, and with an alarm and a sample. */
    private void figures(JsonNode document) throws Exception {
        get(document, "/api/stats", "/api/stats");
        get(document, "/api/stats/history", "/api/stats/history");
        api.room.set(false);
        api.figuresCheck.look();
        api.figures.sample();
        assertThat(get(document, "/api/stats", "/api/stats")
                        .json()
                        .at("/alarms/0/name")
                        .asText())
                .isEqualTo("storeNearlyFull");
        assertThat(get(document, "/api/stats/history", "/api/stats/history")
                        .json()
                        .path("samples"))
                .hasSize(1);
        api.room.set(true);
    }

    private void routes() throws Exception {
        String path = "/api/routes";
        Files.createDirectory(api.routesFolder);
        try (Stream<Path> shipped = Files.list(Path.of("routes"))) {
            for (Path file : shipped.toList()) {
                Files.copy(file, api.routesFolder.resolve(String.valueOf(file.getFileName())));
            }
        }
        api.routes.load();
        api.routes.watch();
        assertThat(get(operations, path, path).json().path("state").asText()).isEqualTo("APPLIED");
        List<JsonNode> requests = requests(operations, path + "/rollback");
        for (JsonNode example : requests) { // there is nothing yet to go back to
            assertThat(change(path + "/rollback", path + "/rollback", example.toString())
                            .status())
                    .isEqualTo(400);
        }
        for (String slip : List.of("{\"verison\":\"x\"}", "{\"version\":5}", "[]")) {
            assertThat(change(path + "/rollback", path + "/rollback", slip).status())
                    .isEqualTo(400);
        }
        Files.writeString(api.routesFolder.resolve("50-mine.camel.yaml"), "- route:\n    form: direct:mine\n");
        await("it looks at the folder by itself")
                .atMost(Duration.ofSeconds(30))
                .until(() -> api.manage(path).json().path("state").asText().equals("REFUSED"));
        assertThat(get(operations, path, path).json().at("/errors/0/file").asText())
                .isEqualTo("50-mine.camel.yaml");
        String version = get(operations, path + "/history", path + "/history")
                .json()
                .at("/versions/0/version")
                .asText();
        String known = requests.get(1).path("version").asText();
        for (JsonNode example : requests) {
            String body = example.toString().replace(known, version);
            assertThat(change(path + "/rollback", path + "/rollback", body).status())
                    .isEqualTo(202);
        }
        assertThat(api.routesFolder.resolve("50-mine.camel.yaml")).doesNotExist();
    }

    /** Whom the gates do not let in: who is not known, whose role does not do, and, on the management port, other sites. */
    private void strangers(JsonNode document) throws Exception {
        Path users = Files.writeString(
                folder.resolve("users"), new User("ben", Role.LOOK).line(PasswordHash.of("correct horse battery")));
        String ben = "Basic " + Base64.getEncoder().encodeToString("ben:correct horse battery".getBytes(UTF_8));
        ApiKey webshop = ApiKey.make();
        ApiKey office = ApiKey.make();
        Path keys = Files.write(
                folder.resolve("keys"),
                List.of(
                        ApiKeys.line(new User("webshop", Role.SEND), webshop),
                        ApiKeys.line(new User("office", Role.LOOK), office)));
        api.close(); // there is one broker in a process
        api = new ApiUnderTest(
                folder.resolve("guarded"),
                new HttpServers.Access(new ApiKeys(keys), new Users(users, "orders.management.users-file"), Set.of()));
        int port = document == orders ? api.publicPort : api.managementPort;
        for (String operation : documented(document)) {
            String[] parts = operation.split(" ");
            if (!parts[2].equals("401") && !parts[2].equals("403")) {
                continue;
            }
            HttpRequest.Builder request = api.request(
                            port, parts[1].replaceAll("\\{\\w+}", "1"), "Content-Type", "application/json")
                    .method(parts[0], BodyPublishers.ofString("{}"));
            boolean asks = parts[0].equals("GET");
            if (parts[2].equals("403") && document == orders) {
                request.header("Authorization", "Bearer " + (asks ? webshop : office).secret());
            } else if (parts[2].equals("403")) {
                request.header("Authorization", ben);
                if (asks) { // he may
                    request.header("Origin", "http://shop.example");
                }
            }
            Answered answer = check(document, parts[0] + " " + parts[1], api.send(request));
            assertThat(answer.status()).as(operation).hasToString(parts[2]);
        }
    }

    /** What the server refuses before a route sees it. */
    private void refusals(JsonNode document) throws Exception {
        for (String operation : documented(document)) {
            String[] parts = operation.split(" ");
            String path = parts[1].replaceAll("\\{\\w+}", "1");
            int port = document == orders ? api.publicPort : api.managementPort;
            if (parts[2].equals("415")) {
                check(
                        document,
                        parts[0] + " " + parts[1],
                        api.send(api.request(port, path, "Content-Type", "text/plain")
                                .POST(BodyPublishers.ofString("x"))));
            } else if (parts[2].equals("413") && !path.endsWith("/batch")) {
                String type = contentType(document, parts[1]);
                HttpRequest.Builder large = api.request(port, path, "Content-Type", type)
                        .POST(BodyPublishers.ofByteArray(new byte[OrderReader.MAX_BODY_BYTES + 1]));
                check(document, parts[0] + " " + parts[1], api.send(large));
            }
        }
    }

    /** With the ledger away, or without room. */
    private void unavailable(JsonNode document) throws Exception {
        if (document == orders) {
            for (String path : List.of("/api/orders", "/api/orders/batch")) {
                JsonNode example = requests(orders, path).get(0);
                post(orders, path, path, example.isTextual() ? example.asText() : example.toString());
            }
            api.ledger.close();
        }
        for (String operation : documented(document)) {
            String[] parts = operation.split(" ");
            String path = parts[1].replaceAll("\\{\\w+}", "1");
            if (parts[2].equals("503") && parts[0].equals("GET")) {
                get(document, parts[1], path);
            } else if (parts[2].equals("503") && document == operations) {
                List<JsonNode> examples = requests(document, parts[1]);
                change(parts[1], path, examples.get(examples.size() - 1).toString());
            }
        }
    }

    private Answered post(JsonNode document, String path, String target, String body) throws Exception {
        String type = contentType(document, path);
        return check(document, "POST " + path, api.post(target, type, body.getBytes(UTF_8)));
    }

    private Answered change(String path, String target, String body) throws Exception {
        return check(operations, "POST " + path, api.manage(target, body, "X-Operator", "anna"));
    }

    private Answered get(JsonNode document, String path, String target) throws Exception {
        return check(document, "GET " + path, document == orders ? api.get(target) : api.manage(target));
    }

    /** That the answer is one of those described, with the body and the headers that it is to have. */
    private Answered check(JsonNode document, String operation, Answered answer) {
        String[] parts = operation.split(" ");
        String status = Integer.toString(answer.status());
        String what = operation + " " + status + " " + answer.json();
        JsonNode described = resolved(
                document,
                document.path("paths")
                        .path(parts[1])
                        .path(parts[0].toLowerCase(Locale.ROOT))
                        .path("responses")
                        .path(status));
        assertThat(described.isMissingNode()).as("not described: " + what).isFalse();
        JsonNode content = described.path("content").path(answer.contentType());
        assertThat(content.isMissingNode())
                .as(what + " as " + answer.contentType())
                .isFalse();
        assertFits(strict(document), content.path("schema"), answer.json(), what);
        if (answer.status() != 404) { // where there may be one
            described.path("headers").fieldNames().forEachRemaining(header -> assertThat(answer.header(header))
                    .as(what)
                    .isNotEmpty());
        }
        seen.add(operation + " " + status);
        return answer;
    }

    private static void assertFits(JsonNode document, JsonNode schema, JsonNode value, String what) {
        ObjectNode inDocument = document.deepCopy();
        inDocument.set("allOf", JSON.createArrayNode().add(schema));
        assertThat(JsonSchemaFactory.getInstance(VersionFlag.V202012)
                        .getSchema(inDocument)
                        .validate(value))
                .as(what)
                .isEmpty();
    }

    /** The document, with no field allowed that it does not name; but for orders, whose other fields are kept. */
    private static JsonNode strict(JsonNode document) {
        JsonNode strict = document.deepCopy();
        ObjectNode schemas = (ObjectNode) strict.path("components").path("schemas");
        schemas.remove(List.of("Order", "line", "money"));
        close(strict);
        return strict;
    }

    private static void close(JsonNode node) {
        if (node.has("properties")) {
            ((ObjectNode) node).put("additionalProperties", false);
        }
        node.forEach(OpenApiTest::close);
    }

    /** Every answer that is described, but for 500, which nobody can bring about. */
    private static Set<String> documented(JsonNode document) {
        Set<String> answers = new TreeSet<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(verb -> verb.getValue()
                        .path("responses")
                        .fieldNames()
                        .forEachRemaining(status -> answers.add(
                                verb.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey() + " " + status))));
        answers.removeIf(answer -> answer.endsWith(" 500"));
        return answers;
    }

    /** Operations with the content type that each asks for. */
    private static Map<String, String> described(JsonNode document) {
        Map<String, String> described = new TreeMap<>();
        document.path("paths").properties().forEach(path -> path.getValue()
                .fieldNames()
                .forEachRemaining(verb -> described.put(
                        verb.toUpperCase(Locale.ROOT) + " " + path.getKey(),
                        verb.equals("post") ? String.join(",", contentTypes(document, path.getKey())) : "")));
        return described;
    }

    private static List<String> contentTypes(JsonNode document, String path) {
        List<String> types = new ArrayList<>();
        document.path("paths")
                .path(path)
                .at("/post/requestBody/content")
                .fieldNames()
                .forEachRemaining(types::add);
        return types;
    }

    private static String contentType(JsonNode document, String path) {
        return contentTypes(document, path).get(0);
    }

    private static List<JsonNode> requests(JsonNode document, String path) {
        return examples(document.path("paths")
                .path(path)
                .at("/post/requestBody/content")
                .path(contentType(document, path)));
    }

    private static List<JsonNode> examples(JsonNode content) {
        List<JsonNode> examples = new ArrayList<>();
        if (content.has("example")) {
            examples.add(content.path("example"));
        }
        content.path("examples").forEach(example -> examples.add(example.path("value")));
        return examples;
    }

    private static JsonNode resolved(JsonNode document, JsonNode node) {
        return node.has("$ref") ? document.at(node.path("$ref").asText().substring(1)) : node;
    }

    private void failed(String id) {
        api.ledger.write("test", List.of(change(id, State.FAILED, "m-" + id, null, REASON, content(id))));
    }

    private static Change arrival(String id) {
        return new Change(
                id, Lane.NORMAL, State.RECEIVED, "m-" + id, null, "h", "orders.normal", 0, null, null, content(id));
    }

    private static Change retrying(String id) {
        return change(id, State.RETRYING, "m-" + id, null, REASON, content(id));
    }

    private static Change processed(String id) {
        return change(id, State.PROCESSED, "n-" + id, 1, null, null);
    }

    private static Change change(
            String id,
            State state,
            String message,
            @Nullable Integer step,
            @Nullable Reason reason,
            @Nullable Content content) {
        return new Change(id, Lane.NORMAL, state, message, step, "h", null, 1, null, reason, content);
    }

    private static Content content(String id) {
        return new Content(Content.Type.TEXT, ("{\"orderId\":\"" + id + "\"}").getBytes(UTF_8), Map.of());
    }
}
