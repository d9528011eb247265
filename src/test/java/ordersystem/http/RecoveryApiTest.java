package ordersystem.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import ordersystem.http.ApiUnderTest.Answered;
import ordersystem.ledger.Change;
import ordersystem.ledger.Reason;
import ordersystem.ledger.State;
import ordersystem.order.Content;
import ordersystem.order.Lane;
import ordersystem.order.OrderReader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The management API for dead letters and single orders, over HTTP, with the shipped routes. */
class RecoveryApiTest {

    private static final Reason CLOSED = new Reason("java.io.IOException", "warehouse closed", "fulfilment", "call");
    private static final Reason NO_STOCK = new Reason("NoStock", "SKU 85123A is not there", "fulfilment", "reserve");

    private ApiUnderTest api;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        api = new ApiUnderTest(folder);
    }

    @AfterEach
    void stop() {
        assertThat(api.ledger.recount().discrepancy()).isZero();
        api.close();
    }

    @Test
    void deadLettersAreFoundByGroupTextAndAge() throws Exception {
        failed("a1", CLOSED);
        failed("a2", CLOSED);
        failed("b1", NO_STOCK);
        invalid("ID:x:1");

        assertThat(api.manage("/api/dead-letters/groups").json().get("groups"))
                .extracting(g -> g.get("count").asText() + " " + g.get("state").asText() + " "
                        + g.get("reasonType").asText() + " "
                        + g.get("reasonNode").asText() + " " + g.get("samples"))
                .containsExactly(
                        "2 FAILED java.io.IOException call [\"a1\",\"a2\"]",
                        "1 FAILED NoStock reserve [\"b1\"]",
                        "1 INVALID X  [\"ID:x:1\"]");
        assertThat(ids("?reasonType=NoStock&reasonNode=reserve")).containsExactly("b1");
        assertThat(ids("?text=CLOSED")).containsExactly("a1", "a2");
        assertThat(ids("?state=INVALID")).containsExactly("ID:x:1");
        assertThat(ids("?olderThan=1h")).isEmpty();
        assertThat(api.manage("/api/dead-letters?olderThan=soon")
                        .json()
                        .get("detail")
                        .asText())
                .isEqualTo("olderThan: a whole number and a unit: 20ms, 1s, 10m, 2h, 7d");
    }

    @Test
    void aReplayIsTriedDryThenRunsAndTellsWhatBecameOfIt() throws Exception {
        failed("a1", CLOSED);
        failed("a2", CLOSED);
        failed("b1", NO_STOCK);
        String group = "'reasonType':'java.io.IOException'";

        assertThat(post("/api/dead-letters/replay", "{" + group + ",'dryRun':true}")
                        .json())
                .isEqualTo(json("{'chosen':2,'dryRun':true}"));
        assertThat(state("a1")).isEqualTo(State.FAILED);

        Answered started =
                post("/api/dead-letters/replay", "{" + group + ",'perSecond':100,'note':'warehouse is back'}");
        assertThat(started.status()).isEqualTo(202);
        String replay = started.header("Location");
        assertThat(started.json().get("chosen").asInt()).isEqualTo(2);
        assertThat(started.json().get("who").asText()).isEqualTo("anna");
        await("the shipped route advances it")
                .atMost(Duration.ofSeconds(20))
                .until(() -> api.manage(replay).json().get("status").asText().equals("ENDED"));

        assertThat(state("a1")).isEqualTo(State.RETRYING);
        assertThat(state("b1")).isEqualTo(State.FAILED);
        assertThat(api.manage(replay).json().get("sentOn").asInt()).isEqualTo(2);
        assertThat(api.manage(replay + "/orders").json().get("orders").toString())
                .isEqualTo(
                        "[{\"orderId\":\"a1\",\"outcome\":\"UNDER_WAY\"},{\"orderId\":\"a2\",\"outcome\":\"UNDER_WAY\"}]");
        assertThat(api.manage("/api/dead-letters/replays").json().get("replays"))
                .hasSize(1);
        assertThat(post(replay + "/cancel", "{}").status()).isEqualTo(409);
        assertThat(post("/api/dead-letters/replays/none/cancel", "{}").status()).isEqualTo(404);
        assertThat(api.manage("/api/dead-letters/replays/none").status()).isEqualTo(404);
    }

    @Test
    void nothingIsChosenByMistake() throws Exception {
        failed("a1", CLOSED);

        for (String body : List.of(
                "{}",
                "{'perSecond':5}",
                "[]",
                "null",
                "{'ids':[]}",
                "{'idz':['a1']}",
                "{'all':true,'perSecond':0}",
                "{'state':'INVALID'}",
                "{'text':''}",
                "x")) {
            assertThat(post("/api/dead-letters/replay", body).status()).as(body).isEqualTo(400);
        }
        assertThat(post("/api/dead-letters/replay", "{'idz':['a1']}")
                        .json()
                        .get("detail")
                        .asText())
                .startsWith("idz: one of ids, state,");
        assertThat(post("/api/dead-letters/discard", "{'all':true}")
                        .json()
                        .get("detail")
                        .asText())
                .isEqualTo("note: why; it is kept with the order");
        assertThat(state("a1")).isEqualTo(State.FAILED);
    }

    @Test
    void whatIsDiscardedIsKeptAndComesBack() throws Exception {
        failed("a1", CLOSED);
        failed("a2", CLOSED);
        invalid("ID:x:1");

        assertThat(post("/api/dead-letters/discard", "{'all':true,'dryRun':true,'note':'test orders'}")
                        .json())
                .isEqualTo(json("{'chosen':3,'dryRun':true}"));
        assertThat(post("/api/dead-letters/discard", "{'all':true,'note':'test orders'}")
                        .json())
                .isEqualTo(json("{'chosen':3,'discarded':3}"));

        assertThat(ids("")).isEmpty();
        assertThat(state("a1")).isEqualTo(State.DISCARDED);
        assertThat(state("ID:x:1")).isEqualTo(State.DISMISSED);
        assertThat(api.ledger.counts().failed()).isEqualTo(2);
        assertThat(api.ledger.counts().invalid()).isEqualTo(1);

        assertThat(post("/api/dead-letters/restore", "{'ids':['a1','ID:x:1']}").json())
                .isEqualTo(json("{'restored':2}"));
        assertThat(ids("")).containsExactly("ID:x:1", "a1");
        Answered refused = post("/api/dead-letters/restore", "{'ids':['a1']}");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.json().get("detail").asText())
                .contains("it is FAILED")
                .endsWith("; 0 restored");
        Answered unknown = post("/api/dead-letters/restore", "{'ids':['a2','nobody','b']}");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.json().get("detail").asText()).isEqualTo("nobody knows nobody; 1 restored");
    }

    @Test
    void anEditedOrderIsCheckedFirstAndItsStoryKeepsBothBodies() throws Exception {
        failed("a1", CLOSED);
        String before = order("a1", 1);
        String corrected = order("a1", 2);

        Answered wrong = post("/api/orders/a1/edit", "{\"orderId\":\"a1\",\"lines\":[]}");
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.json().get("violations")).isNotEmpty();
        assertThat(post("/api/orders/a1/edit", order("a2", 2)).status()).isEqualTo(400);
        assertThat(state("a1")).isEqualTo(State.FAILED);

        assertThat(post("/api/orders/a1/edit?note=typing%20error", corrected)
                        .json()
                        .at("/order/status")
                        .asText())
                .isEqualTo("RETRYING");

        Answered story = api.manage("/api/orders/a1");
        assertThat(story.json().get("body").asText()).isEqualTo(corrected);
        assertThat(story.json().at("/history/0/kind").asText()).isEqualTo("EDIT");
        assertThat(story.json().at("/history/0/note").asText()).isEqualTo("typing error");
        assertThat(story.json().at("/history/0/reason/message").asText()).isEqualTo("warehouse closed");
        int step = story.json().at("/history/0/step").asInt();
        assertThat(api.manage("/api/orders/a1/replaced/" + step)
                        .json()
                        .get("text")
                        .asText())
                .isEqualTo(before);
        assertThat(api.manage("/api/orders/a1/replaced/99").status()).isEqualTo(404);
        assertThat(api.get("/api/orders/a1").json().get("status").asText()).isEqualTo("RETRYING");
    }

    @Test
    void aMessageThatIsNoOrderBecomesOne() throws Exception {
        invalid("ID:x:1");

        assertThat(post("/api/orders/ID%3Ax%3A1/edit", order("new", 1))
                        .json()
                        .at("/order/orderId")
                        .asText())
                .isEqualTo("new");

        assertThat(state("ID:x:1")).isEqualTo(State.DISMISSED);
        assertThat(state("new")).isEqualTo(State.RETRYING);
        assertThat(api.manage("/api/orders/ID%3Ax%3A1")
                        .json()
                        .at("/history/0/note")
                        .asText())
                .isEqualTo("sent on as order new");
    }

    @Test
    void anOrderIsCancelledWithAReasonOnceAndExpeditedWhileItWaits() throws Exception {
        failed("a1", CLOSED);
        failed("a2", CLOSED);

        assertThat(post("/api/orders/a1/cancel", "{}").status()).isEqualTo(400);
        assertThat(post("/api/orders/a1/cancel", "{'note':'customer called'}")
                        .json()
                        .at("/order/status")
                        .asText())
                .isEqualTo("CANCELLED");
        Answered again = post("/api/orders/a1/cancel", "{'note':'customer called'}");
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.json().get("detail").asText()).contains("a1", "CANCELLED since 20");
        assertThat(post("/api/orders/a2/expedite", "{}")
                        .json()
                        .at("/order/lane")
                        .asText())
                .isEqualTo("high");
        assertThat(post("/api/orders/nobody/cancel", "{'note':'x'}").status()).isEqualTo(404);
    }

    @Test
    void nothingIsChangedByWhatABrowserSendsByItself() throws Exception {
        failed("a1", CLOSED);

        for (String path : List.of("/api/orders/a1/cancel", "/api/orders/a1/expedite", "/api/dead-letters/discard")) {
            Answered answer = api.send(api.request(api.managementPort, path)
                    .header("Content-Type", "text/plain")
                    .POST(BodyPublishers.ofString("{\"note\":\"x\",\"all\":true}")));
            assertThat(answer.status()).as(path).isEqualTo(415);
            assertThat(answer.json().get("detail").asText()).isEqualTo("application/json is taken here");
            assertThat(api.get(path).status()).as("public port").isEqualTo(404);
        }
        assertThat(state("a1")).isEqualTo(State.FAILED);
    }

    @Test
    void anEditThatIsLargerThanAnyOrderIsRefusedBeforeItIsReadWhole() throws Exception {
        failed("a1", CLOSED);

        Answered answer = post("/api/orders/a1/edit", "x".repeat(2 << 20));

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.json().get("detail").asText()).isEqualTo("at most 1 MB");
    }

    private Answered post(String path, String json) throws Exception {
        return api.manage(path, json.replace('\'', '"'), "X-Operator", "anna");
    }

    private List<String> ids(String query) throws Exception {
        return api.manage("/api/dead-letters" + query).json().get("deadLetters").findValuesAsText("id");
    }

    private State state(String id) {
        return api.ledger.find(id).orElseThrow().state();
    }

    private static JsonNode json(String text) throws Exception {
        return new JsonMapper().readTree(text.replace('\'', '"'));
    }

    private static String order(String id, int quantity) {
        return "{\"orderId\":\"" + id + "\",\"lines\":[{\"sku\":\"a\",\"quantity\":" + quantity + ",\"unitPrice\":2}]}";
    }

    private void failed(String id, Reason reason) {
        String body = order(id, 1);
        record(id, Lane.NORMAL, State.FAILED, new OrderReader().read(body, null).bodyHash(), reason, body);
    }

    private void invalid(String id) {
        record(id, null, State.INVALID, null, new Reason("X", "not an order", null, null), "no order");
    }

    private void record(
            String id, @Nullable Lane lane, State state, @Nullable String hash, Reason reason, String body) {
        Content content = new Content(Content.Type.TEXT, body.getBytes(UTF_8), Map.of());
        api.ledger.write(
                "test", List.of(new Change(id, lane, state, "m-" + id, null, hash, null, 3, null, reason, content)));
    }
}
