package ordersystem.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import jakarta.jms.Connection;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import ordersystem.broker.Door;
import ordersystem.http.ApiUnderTest.Answered;
import ordersystem.ledger.Change;
import ordersystem.ledger.Reason;
import ordersystem.ledger.State;
import ordersystem.order.Content;
import ordersystem.order.Lane;
import ordersystem.order.OrderReader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrderApiTest {

    private static final String JSON = "application/json";
    private static final String NDJSON = "application/x-ndjson";
    private static final String PROBLEM = "application/problem+json";
    private static final JsonMapper MAPPER = new JsonMapper();

    private static ApiUnderTest api;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        api = new ApiUnderTest(folder);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @BeforeEach
    void roomAndNothingArriving() {
        api.room.set(true);
        api.arriving.set(OptionalLong.of(0));
    }

    @Test
    void anAcceptedOrderIsInTheQueueAndCanBeFound() throws Exception {
        long before = api.door.accepted();

        Answered answer = post(order("536365", "HIGH", 6));

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.contentType()).isEqualTo(JSON);
        assertThat(answer.header("Location")).isEqualTo("/api/orders/536365");
        assertThat(answer.json()).isEqualTo(json("{'orderId':'536365','lane':'high','status':'RECEIVED'}"));
        assertThat(api.door.accepted()).isEqualTo(before + 1);
        assertThat(api.get("/api/orders/536365").json())
                .isEqualTo(json("{'orderId':'536365','status':'RECEIVED','lane':'high','attempts':0}"));
    }

    @Test
    void theSameOrderAgainGetsTheSameAnswerAndAnotherBodyAConflict() throws Exception {
        Answered first = post(order("again", "NORMAL", 1));
        Answered second = post(" " + order("again", "NORMAL", 1));
        Answered other = post(order("again", "NORMAL", 2));

        assertThat(second.status()).isEqualTo(202);
        assertThat(second.json()).isEqualTo(first.json());
        assertProblem(
                other,
                "{'type':'order-conflict','title':'The order id is taken','status':409,"
                        + "'detail':'order again is already there with another body'}");
    }

    @Test
    void anOrderWithFaultsIsRefusedWithAllOfThem() throws Exception {
        Answered answer = post("{\"orderId\":\"a b\",\"lines\":[{\"sku\":\"1\",\"quantity\":0,\"unitPrice\":1}]}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.contentType()).isEqualTo(PROBLEM);
        assertThat(answer.json().get("type").asText()).isEqualTo("invalid-order");
        assertThat(answer.json().get("status").asInt()).isEqualTo(400);
        assertThat(answer.json().get("violations").findValuesAsText("field"))
                .containsExactlyInAnyOrder("orderId", "lines[0].quantity");
        assertThat(answer.json().get("violations").findValuesAsText("problem")).hasSize(2);
    }

    @Test
    void whatIsNotJsonOrNotUtf8IsRefused() throws Exception {
        assertThat(post("{").status()).isEqualTo(400);
        assertThat(post("").status()).isEqualTo(400);
        assertThat(api.post("/api/orders", JSON, new byte[] {'{', (byte) 0xff, '}'})
                        .status())
                .isEqualTo(400);
    }

    @Test
    void withoutRoomOrdersAreRefusedUntilThereIsRoomAgain() throws Exception {
        api.room.set(false);
        Answered refused = post(order("no-room", "NORMAL", 1));
        api.room.set(true);

        assertProblem(
                refused,
                "{'type':'not-accepted','title':'The order was not accepted','status':503,"
                        + "'detail':'no room for more orders at present; try again later'}");
        assertThat(refused.header("Retry-After")).isEqualTo("5");
        assertThat(post(order("no-room", "NORMAL", 1)).status()).isEqualTo(202);
    }

    @Test
    void anotherContentTypeIsRefused() throws Exception {
        String expected = "{'type':'about:blank','title':'Unsupported Media Type','status':415,"
                + "'detail':'an order is application/json or application/xml, a batch of orders application/x-ndjson'}";
        for (String type :
                List.of("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x")) {
            assertProblem(api.post("/api/orders", type, order("t", "NORMAL", 1).getBytes(UTF_8)), expected);
        }
        assertProblem(
                api.send(api.request(api.publicPort, "/api/orders").POST(BodyPublishers.ofString("{}"))), expected);
        assertThat(post("/api/orders", JSON + "; charset=utf-8", order("charset", "NORMAL", 1))
                        .status())
                .isEqualTo(202);
    }

    @Test
    void aWrongMethodAndAnUnknownPathAreToldApart() throws Exception {
        Answered method = api.send(api.request(api.publicPort, "/api/orders").GET());
        assertProblem(
                method,
                "{'type':'about:blank','title':'Method Not Allowed','status':405,'detail':'allowed here: POST'}");
        assertThat(method.header("Allow")).isEqualTo("POST");
        assertThat(api.send(api.request(api.publicPort, "/api/orders/x").DELETE())
                        .status())
                .isEqualTo(405);
        assertProblem(
                api.get("/nowhere"),
                "{'type':'about:blank','title':'Not Found','status':404,'detail':'there is nothing at this path'}");
    }

    @Test
    void aClientThatOffersHttp2IsServedToo() throws Exception {
        HttpClient offers =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();

        HttpResponse<String> accepted = offers.send(
                api.request(api.publicPort, "/api/orders", "Content-Type", JSON)
                        .POST(BodyPublishers.ofString(order("http2", "NORMAL", 1)))
                        .build(),
                BodyHandlers.ofString());
        HttpResponse<String> changed = offers.send(
                api.request(api.managementPort, "/api/fulfilment/resume", "Content-Type", JSON)
                        .POST(BodyPublishers.ofString("{}"))
                        .build(),
                BodyHandlers.ofString());
        HttpResponse<String> tooLarge = offers.send(
                api.request(api.publicPort, "/api/orders", "Content-Type", JSON)
                        .POST(BodyPublishers.ofString("{\"x\":\"" + "x".repeat(2 << 20) + "\"}"))
                        .build(),
                BodyHandlers.ofString());

        assertThat(accepted.statusCode()).isEqualTo(202);
        assertThat(changed.statusCode()).isEqualTo(200);
        assertThat(tooLarge.statusCode()).isEqualTo(413);
    }

    @Test
    void anOversizedOrderIsRefusedBeforeItIsReadWhole() throws Exception {
        assertProblem(
                post("{\"x\":\"" + "x".repeat(2 << 20) + "\"}"),
                "{'type':'about:blank','title':'Content Too Large','status':413,"
                        + "'detail':'one order has at most 1 MB, a batch 8 MB'}");
        assertThat(rawPost("Content-Length: 1048577\r\n", "").split("\r\n")[0])
                .isEqualTo("HTTP/1.1 413 Request Entity Too Large");

        String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
        String chunked = rawPost("Transfer-Encoding: chunked\r\n", chunk.repeat(17));
        assertThat(chunked).startsWith("HTTP/1.1 413");
        assertThat(chunked).contains("'status':413".replace('\'', '"')).contains(PROBLEM);
    }

    @Test
    void anUnknownOrderIsNotFoundOrNotYetRead() throws Exception {
        assertProblem(
                api.get("/api/orders/unknown"),
                "{'type':'about:blank','title':'Not Found','status':404,'detail':'no order has this id'}");

        api.arriving.set(OptionalLong.of(7));
        Answered arriving = api.get("/api/orders/unknown");
        assertProblem(
                arriving,
                "{'type':'about:blank','title':'Not Found','status':404,"
                        + "'detail':'no order with this id has been read yet; 7 messages are still arriving'}");
        assertThat(arriving.header("Retry-After")).isEqualTo("1");
    }

    @Test
    void aBatchGetsAVerdictForEachLineAndOneCommit() throws Exception {
        post(order("taken", "NORMAL", 1));
        long commits = api.door.commits();

        Answered answer = post(
                "/api/orders/batch",
                NDJSON,
                String.join(
                        "\r\n",
                        order("b1", "NORMAL", 1),
                        "",
                        order("taken", "NORMAL", 2),
                        "{\"orderId\":\"b2\"}",
                        order("b3", "HIGH", 1)));

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.json().get("accepted").asInt()).isEqualTo(2);
        assertThat(answer.json().get("refused").asInt()).isEqualTo(2);
        assertThat(answer.json().get("lines").get(0))
                .isEqualTo(json("{'line':1,'orderId':'b1','lane':'normal','status':202}"));
        assertThat(answer.json().get("lines").get(1))
                .isEqualTo(json("{'line':3,'orderId':'taken','status':409,'problem':{'type':'order-conflict',"
                        + "'title':'The order id is taken','status':409,"
                        + "'detail':'order taken is already there with another body'}}"));
        assertThat(answer.json().get("lines").get(2).get("line").asInt()).isEqualTo(4);
        assertThat(answer.json().get("lines").get(2).get("status").asInt()).isEqualTo(400);
        assertThat(answer.json().get("lines").get(2).get("problem").get("violations"))
                .hasSize(1);
        assertThat(answer.json().get("lines").get(3))
                .isEqualTo(json("{'line':5,'orderId':'b3','lane':'high','status':202}"));
        assertThat(api.door.commits()).isEqualTo(commits + 1);
    }

    @Test
    void aBatchIsRefusedAsAWholeWithoutRoomOrWithTooManyLines() throws Exception {
        api.room.set(false);
        assertThat(post("/api/orders/batch", NDJSON, order("x1", "NORMAL", 1)).status())
                .isEqualTo(503);
        api.room.set(true);

        Answered tooMany = post("/api/orders/batch", NDJSON, "{}\n".repeat(1001));
        assertProblem(
                tooMany,
                "{'type':'about:blank','title':'Content Too Large','status':413,'detail':'1001 lines; at most 1000'}");
    }

    @Test
    void noHeaderOfAClientReachesTheQueueTheLaneOrTheAnswer() throws Exception {
        Answered answer = api.post(
                "/api/orders?Set-Cookie=a&Location=evil&JMSPriority=9&CamelHttpResponseCode=200",
                JSON,
                order("headers", "NORMAL", 1).getBytes(UTF_8),
                "JMSPriority",
                "9",
                "camelfilename",
                "x",
                "CamelJmsDestinationName",
                "elsewhere",
                "OrderStep",
                "7",
                "X-Mine",
                "x");

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.json().get("lane").asText()).isEqualTo("normal");
        assertThat(answer.header("Location")).isEqualTo("/api/orders/headers");
        assertThat(answer.response().headers().map().keySet())
                .containsExactlyInAnyOrder("content-length", "content-type", "location");
        try (Connection connection = api.broker.connectionFactory().createConnection();
                Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            connection.start();
            List<TextMessage> messages = new ArrayList<>();
            Collections.list(session.createBrowser(session.createQueue(Door.INCOMING))
                            .getEnumeration())
                    .forEach(message -> messages.add((TextMessage) message));
            for (TextMessage message : messages) {
                assertThat(Collections.list(message.getPropertyNames())).isSubsetOf("JMSXDeliveryCount");
            }
            assertThat(messages).isNotEmpty();
        }
    }

    @Test
    void twoHundredClientsShareCommitsAndEachGetsItsAnswer() throws Exception {
        long commits = api.door.commits();
        ExecutorService clients = Executors.newFixedThreadPool(200);
        try {
            List<Callable<Answered>> posts = IntStream.range(0, 2_000)
                    .mapToObj(i -> (Callable<Answered>) () -> post(order("c" + i, "NORMAL", 1)))
                    .toList();
            List<Future<Answered>> answers = clients.invokeAll(posts);

            for (int i = 0; i < answers.size(); i++) {
                Answered answer = answers.get(i).get();
                assertThat(answer.status()).isEqualTo(202);
                assertThat(answer.json().get("orderId").asText()).isEqualTo("c" + i);
            }
        } finally {
            clients.shutdown();
        }
        assertThat(api.door.commits() - commits).isLessThan(1_000);
        assertThat(api.broker.depth(Door.INCOMING)).hasValue(api.door.accepted());
    }

    @Test
    void theLedgerSaysWhereAnOrderStandsAndThatItIsKnown() throws Exception {
        String body = order("filed", "NORMAL", 1);
        String hash = new OrderReader().read(body, null).bodyHash();
        Reason reason = new Reason("java.io.IOException", "warehouse away", "fulfilment", "to1");
        record("filed", State.FAILED, hash, reason, body.getBytes(UTF_8));

        Answered status = api.get("/api/orders/filed");
        assertThat(status.json().get("status").asText()).isEqualTo("FAILED");
        assertThat(status.json().get("lane").asText()).isEqualTo("normal");
        assertThat(status.json().get("attempts").asInt()).isEqualTo(3);
        assertThat(status.json().get("receivedAt").asText()).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
        assertThat(status.json().get("reason"))
                .isEqualTo(json("{'type':'java.io.IOException','message':'warehouse away','route':'fulfilment',"
                        + "'node':'to1'}"));

        long commits = api.door.commits();
        assertThat(post(body).status()).isEqualTo(202);
        assertThat(post(order("filed", "NORMAL", 2)).status()).isEqualTo(409);
        assertThat(api.door.commits()).isEqualTo(commits);
    }

    @Test
    void deadLettersAreListedPageByPageOnTheManagementPortOnly() throws Exception {
        Reason reason = new Reason("X", "not an order", null, null);
        record("ID:1", State.INVALID, null, reason, new byte[] {(byte) 0xff, 0});
        record("z9", State.FAILED, "1:x", reason, "Kümmel".getBytes(UTF_8));

        assertThat(api.get("/api/dead-letters").status()).isEqualTo(404);
        assertThat(api.get("/api/orders/ID:1").status()).isEqualTo(404);
        List<String> ids = new ArrayList<>();
        String query = "?limit=1";
        for (int pages = 0; pages < 10; pages++) {
            Answered page = api.manage("/api/dead-letters" + query);
            assertThat(page.status()).isEqualTo(200);
            page.json()
                    .get("deadLetters")
                    .forEach(letter -> ids.add(letter.get("id").asText() + " "
                            + letter.get("state").asText() + " "
                            + letter.path("bodyEncoding").asText() + " "
                            + letter.path("body").asText()));
            if (!page.json().has("next")) {
                break;
            }
            query = "?limit=1&after=" + page.json().get("next").asText();
        }
        assertThat(ids).contains("ID:1 INVALID base64 /wA=", "z9 FAILED utf-8 Kümmel");

        assertProblem(
                api.manage("/api/dead-letters?limit=101"),
                "{'type':'about:blank','title':'Bad Request','status':400,"
                        + "'detail':'limit: a whole number from 1 to 100'}");
        assertThat(api.send(api.request(api.managementPort, "/api/dead-letters").DELETE())
                        .status())
                .isEqualTo(405);
    }

    @Test
    void pausingFulfilmentNeedsAReasonInJson() throws Exception {
        assertProblem(
                manage("/api/fulfilment/pause", JSON, "{}"),
                "{'type':'about:blank','title':'Bad Request','status':400,"
                        + "'detail':'reason: why orders are not worked off: 1 to 500 characters'}");
        assertProblem(
                manage("/api/fulfilment/pause", JSON, "stocktaking"),
                "{'type':'about:blank','title':'Bad Request','status':400,"
                        + "'detail':'body: a JSON object such as {\\\"reason\\\": \\\"stocktaking\\\"}'}");
        assertThat(manage("/api/fulfilment/pause", "text/plain", "{'reason':'stocktaking'}")
                        .status())
                .isEqualTo(415);
        assertThat(api.manage("/api/fulfilment").json().get("state").asText()).isEqualTo("working");
    }

    @Test
    void admissionIsSetOnTheManagementPortWithWhatIsAllowedAndNothingElse() throws Exception {
        assertThat(api.manage("/api/admission").json().get("mode").asText()).isEqualTo("AUTO");

        Answered set = manage("/api/admission", JSON, "{'mode':'fixed','probability':0.25}");
        assertThat(set.status()).isEqualTo(200);
        assertThat(set.json().get("mode").asText()).isEqualTo("FIXED");
        assertThat(set.json().get("probability").asDouble()).isEqualTo(0.25);
        assertThat(api.get("/api/stats").json().get("admission").get("mode").asText())
                .isEqualTo("FIXED");

        assertThat(List.of(
                        manage("/api/admission", JSON, "{'mode':'sometimes'}"),
                        manage("/api/admission", JSON, "{}"),
                        manage("/api/admission", JSON, "[]"),
                        manage("/api/admission", JSON, "{'mode':'fixed'}"),
                        manage("/api/admission", JSON, "{'mode':'fixed','probability':1.01}"),
                        manage("/api/admission", JSON, "{'mode':'fixed','probability':-0.1}"),
                        manage("/api/admission", JSON, "{'mode':'fixed','probability':'0.5'}"),
                        manage("/api/admission", JSON, "fixed")))
                .allSatisfy(answer -> {
                    assertThat(answer.status()).isEqualTo(400);
                    assertThat(answer.json().get("detail").asText()).matches("(mode|probability|body): .+");
                });
        assertThat(manage("/api/admission", "text/plain", "{'mode':'off'}").status())
                .isEqualTo(415);
        assertThat(api.manage("/api/admission").json().get("probability").asDouble())
                .isEqualTo(0.25);
        assertThat(api.get("/api/admission").status())
                .as("not on the public port")
                .isEqualTo(404);
    }

    @Test
    void whoPausedFulfilmentAndWhyIsToldUntilItIsResumed() throws Exception {
        Answered paused = api.send(
                api.request(api.managementPort, "/api/fulfilment/pause", "X-Operator", "Mary", "Content-Type", JSON)
                        .POST(BodyPublishers.ofString("{\"reason\":\"stocktaking\"}")));

        assertThat(paused.status()).isEqualTo(200);
        assertThat(paused.json().get("state").asText()).isEqualTo("maintenance");
        JsonNode told = api.manage("/api/fulfilment").json();
        assertThat(told.get("by").asText()).isEqualTo("Mary");
        assertThat(told.get("reason").asText()).isEqualTo("stocktaking");
        assertThat(told.get("brake").asText()).isEqualTo("MAINTENANCE");

        JsonNode resumed = manage("/api/fulfilment/resume", JSON, "").json();
        assertThat(resumed.get("state").asText()).isEqualTo("working");
        assertThat(resumed.get("by").asText()).isEqualTo("unknown");
        assertThat(resumed.get("since").asText())
                .isGreaterThan(told.get("since").asText());
    }

    private static Answered manage(String path, String type, String singleQuoted) throws Exception {
        return api.send(api.request(api.managementPort, path, "Content-Type", type)
                .POST(BodyPublishers.ofString(singleQuoted.replace('\'', '"'))));
    }

    @Test
    void theFiguresAreAnswered() throws Exception {
        Answered stats = api.get("/api/stats");

        assertThat(stats.status()).isEqualTo(200);
        assertThat(stats.json().has("received")).isTrue();
        assertThat(stats.json().has("pending")).isTrue();
    }

    private static void record(String id, State state, @Nullable String hash, Reason reason, byte[] body) {
        api.ledger.write(
                "test",
                List.of(new Change(
                        id,
                        state == State.INVALID ? null : Lane.NORMAL,
                        state,
                        "ID:message-" + id,
                        null,
                        hash,
                        null,
                        state == State.INVALID ? 0 : 3,
                        null,
                        reason,
                        new Content(Content.Type.BYTES, body, Map.of()))));
    }

    private static Answered post(String body) throws Exception {
        return post("/api/orders", JSON, body);
    }

    private static Answered post(String path, String type, String body) throws Exception {
        return api.post(path, type, body.getBytes(UTF_8));
    }

    /** Sends the head, then as much of the body as the server takes, and reads the answer: no client library hides it. */
    private static String rawPost(String lengthHeader, String body) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", api.publicPort)) {
            socket.setSoTimeout((int) Duration.ofSeconds(10).toMillis());
            OutputStream out = socket.getOutputStream();
            out.write(("POST /api/orders HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: " + JSON
                            + "\r\n" + lengthHeader + "\r\n" + body)
                    .getBytes(UTF_8));
            out.flush();
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            socket.getInputStream().transferTo(answer);
            return answer.toString(UTF_8);
        }
    }

    private static String order(String id, String priority, int quantity) {
        return "{\"orderId\":\"" + id + "\",\"priority\":\"" + priority
                + "\",\"lines\":[{\"sku\":\"85123A\",\"quantity\":" + quantity + ",\"unitPrice\":\"2.55\"}]}";
    }

    private static JsonNode json(String singleQuoted) throws Exception {
        return MAPPER.readTree(singleQuoted.replace('\'', '"'));
    }

    private static void assertProblem(Answered answer, String singleQuoted) throws Exception {
        assertThat(answer.json()).isEqualTo(json(singleQuoted));
        assertThat(answer.status()).isEqualTo(answer.json().get("status").asInt());
        assertThat(answer.contentType()).isEqualTo(PROBLEM);
    }
}
