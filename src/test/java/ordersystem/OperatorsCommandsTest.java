package ordersystem;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import ordersystem.operations.SystemStandIn;
import ordersystem.operations.SystemStandIn.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that talk to a running system, against prepared answers. */
@Timeout(30)
class OperatorsCommandsTest {

    private static final String LETTER = """
            {"deadLetters":[{"id":"A-1","state":"FAILED","lane":"NORMAL","attempts":5,
              "reason":{"type":"java.net.SocketTimeoutException","message":"no answer","route":"fulfilment","node":"call"},
              "receivedAt":"2026-01-01T10:00:00.123Z","lastFailedAt":"2026-01-01T10:06:00.5Z",
              "updatedAt":"2026-01-01T10:06:00.5Z","headers":{},"body":"{}","bodyEncoding":"utf-8"}],"next":"A-1"}""";

    private static final String REPLAY = """
            {"id":"R1","startedAt":"2026-01-01T10:00:00Z","who":"anna","note":"stock is back","selection":{},"perSecond":50,
             "chosen":7,"sentOn":7,"status":"ENDED","outcomes":{"SUCCEEDED":6,"FAILED":1},"settledAt":"2026-01-01T10:00:09Z"}""";

    @TempDir
    Path home;

    private final SystemStandIn system = new SystemStandIn();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void configure() throws IOException {
        Files.createDirectories(home.resolve("config"));
        Files.writeString(home.resolve("config/application.properties"), "camel.management.port=" + system.port());
    }

    @AfterEach
    void stop() {
        system.close();
    }

    private int execute(String... args) {
        return Commands.commandLine(home)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(args);
    }

    private List<String> lines() {
        return out.toString().lines().toList();
    }

    private static String local(String instant) {
        return DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss")
                .format(Instant.parse(instant).atZone(ZoneId.systemDefault()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dead-letters list",
                "dead-letters groups",
                "dead-letters replay",
                "dead-letters replays",
                "dead-letters stop-replay",
                "dead-letters discard",
                "dead-letters restore",
                "dead-letters edit",
                "order show",
                "order cancel",
                "order expedite",
                "fulfilment status",
                "fulfilment pause",
                "fulfilment resume"
            })
    void eachCommandHasHelpOfItsOwn(String command) {
        assertThat(execute((command + " --help").split(" "))).isZero();

        assertThat(out.toString())
                .startsWith("Usage: ordersystem " + command)
                .contains("--json", "--config=FILE", "no running system answered");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dead-letters",
                "dead-letters nonsense",
                "dead-letters replay",
                "dead-letters replay A --all",
                "dead-letters replay --all --lane normal",
                "dead-letters replay --dry-run",
                "dead-letters replay --text= --note why",
                "dead-letters replay A --per-second many",
                "dead-letters discard A",
                "dead-letters discard --note why",
                "dead-letters replays --orders",
                "dead-letters restore",
                "dead-letters edit A",
                "dead-letters edit A missing.json",
                "order",
                "order show",
                "order cancel A",
                "fulfilment pause"
            })
    void aWrongCommandLineIsToldWithTheUsageAndNothingIsSent(String command) {
        assertThat(execute(command.split(" "))).isEqualTo(2);

        assertThat(err.toString()).contains("Usage: ordersystem ");
        assertThat(out.toString()).isEmpty();
        assertThat(system.requests()).isEmpty();
    }

    @Test
    void deadLettersAreATableThatSaysHowToGoOn() {
        system.answers("GET /api/dead-letters", 200, LETTER);

        assertThat(execute("dead-letters", "list")).isZero();

        assertThat(lines())
                .containsExactly(
                        "ID   STATE   LANE    TURNS  LAST FAILED          REASON",
                        "A-1  FAILED  NORMAL  5      " + local("2026-01-01T10:06:00Z")
                                + "  no answer (SocketTimeoutException)",
                        "There are more: --after A-1");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void noDeadLettersAreSaidInWords() {
        system.answers("GET /api/dead-letters", 200, "{\"deadLetters\":[]}");

        assertThat(execute("dead-letters", "list")).isZero();

        assertThat(lines()).containsExactly("nothing waits for a person here");
    }

    @Test
    void whatIsAskedForGoesToTheSystem() {
        String query =
                "lane=normal&reasonType=a.B&reasonNode=&text=no+stock&olderThan=1h&state=FAILED&limit=7&after=ID%3Ax";
        system.answers("GET /api/dead-letters?" + query, 200, "{\"deadLetters\":[]}");

        assertThat(execute(
                        "dead-letters",
                        "list",
                        "--state=FAILED",
                        "--lane=normal",
                        "--reason-type=a.B",
                        "--reason-node=",
                        "--text=no stock",
                        "--older-than=1h",
                        "--limit=7",
                        "--after=ID:x"))
                .isZero();

        assertThat(system.request().target()).isEqualTo("/api/dead-letters?" + query);
    }

    @Test
    void jsonIsTheAnswerAsItIs() {
        system.answers("GET /api/dead-letters", 200, LETTER);

        assertThat(execute("dead-letters", "list", "--json")).isZero();

        assertThat(out.toString()).isEqualToNormalizingNewlines(LETTER + "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dead-letters list", "dead-letters list --json", "order show A", "order show A --json"})
    void controlCharactersOfAnOrderNeverReachTheTerminal(String command) throws Exception {
        String evil = "\\u001b]0;owned\\u0007\\r\u009b2J\u202e\u007f";
        String reason =
                "{\"type\":\"a.B" + evil + "\",\"message\":\"" + evil + "\",\"route\":\"r\",\"node\":\"" + evil + "\"}";
        system.answers(
                "GET /api/dead-letters",
                200,
                "{\"deadLetters\":[{\"id\":\"" + evil + "\",\"reason\":" + reason + "}],\"next\":\"" + evil + "\"}");
        system.answers(
                "GET /api/orders/A",
                200,
                "{\"order\":{\"orderId\":\"A\",\"receivedAt\":\"2026-01-01T10:00:00Z\",\"lastFailedAt\":\"2026-01-01T10:00:00Z\","
                        + "\"reason\":" + reason + "},\"history\":[{\"kind\":\"EDIT\",\"at\":\"2026-01-01T10:00:00Z\","
                        + "\"who\":\"" + evil + "\",\"note\":\"" + evil + "\"}],\"body\":\"" + evil + "\\n" + evil
                        + "\",\"bodyEncoding\":\"utf-8\"}");

        assertThat(execute(command.split(" "))).isZero();

        assertThat(out.toString().replaceAll("\\R", "").codePoints())
                .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT);
        assertThat(out.toString()).contains("\\u001b", "\\u009b", "\\u202e");
        if (command.endsWith("--json")) {
            assertThat(new JsonMapper()
                            .readTree(out.toString())
                            .findValue("message")
                            .asText())
                    .isEqualTo("\u001b]0;owned\u0007\r\u009b2J\u202e\u007f");
        }
    }

    @Test
    void groupsNameWhatAReplayIsChosenBy() {
        system.answers("GET /api/dead-letters/groups?limit=100", 200, """
                {"groups":[{"state":"FAILED","reasonType":"java.io.IOException","reasonNode":"call","count":1200,
                  "firstSeen":"2026-01-01T10:00:00Z","lastSeen":"2026-01-01T11:00:00Z","samples":["A-1","A-9"]}]}""");

        assertThat(execute("dead-letters", "groups")).isZero();

        assertThat(lines()).hasSize(2);
        assertThat(lines().get(1))
                .matches("1200 +FAILED +" + local("2026-01-01T10:00:00Z") + " +" + local("2026-01-01T11:00:00Z")
                        + " +java\\.io\\.IOException +call +A-1 A-9");
    }

    @Test
    void aReplaySaysWhoWhyWhatAndHowFast() throws Exception {
        system.answers("POST /api/dead-letters/replay", 202, REPLAY);

        assertThat(execute(
                        "dead-letters",
                        "replay",
                        "A-1",
                        "A-2",
                        "--text",
                        "no stock",
                        "--per-second",
                        "7",
                        "--note",
                        "why"))
                .isZero();

        Request request = system.request();
        assertThat(request.operator()).isEqualTo(System.getProperty("user.name"));
        assertThat(request.contentType()).isEqualTo("application/json");
        JsonMapper json = new JsonMapper();
        assertThat(json.readTree(request.body()))
                .isEqualTo(json.readTree(
                        "{\"text\":\"no stock\",\"ids\":[\"A-1\",\"A-2\"],\"perSecond\":7,\"note\":\"why\"}"));
        assertThat(lines())
                .containsExactly("replay R1 of 7 orders has begun, 50 a second; see it with 'dead-letters replays R1'");
    }

    @Test
    void allAndADryRunAreSaidExpressly() throws Exception {
        system.answers("POST /api/dead-letters/replay", 200, "{\"chosen\":7,\"dryRun\":true}");

        assertThat(execute("dead-letters", "replay", "--all", "--dry-run", "--wait"))
                .isZero();

        JsonMapper json = new JsonMapper();
        assertThat(json.readTree(system.request().body()))
                .isEqualTo(json.readTree("{\"all\":true,\"dryRun\":true,\"perSecond\":50}"));
        assertThat(lines()).containsExactly("7 chosen; a dry run, nothing was changed");
    }

    @Test
    void aReplayThatIsWaitedForShowsHowItEnded() {
        system.answers("POST /api/dead-letters/replay", 202, REPLAY)
                .answers("GET /api/dead-letters/replays/R1", 200, REPLAY);

        assertThat(execute("dead-letters", "replay", "--all", "--wait")).isZero();

        assertThat(lines())
                .containsExactly("ENDED: 7 of 7 sent on, 6 succeeded, 1 failed again, 0 taken over, 0 under way");
    }

    @Test
    void replaysAreListedShownAndStopped() {
        system.answers("GET /api/dead-letters/replays", 200, "{\"replays\":[" + REPLAY + "]}")
                .answers("GET /api/dead-letters/replays/R1", 200, REPLAY)
                .answers("POST /api/dead-letters/replays/R1/cancel", 200, REPLAY);

        assertThat(execute("dead-letters", "replays")).isZero();
        assertThat(execute("dead-letters", "replays", "R1")).isZero();
        assertThat(execute("dead-letters", "stop-replay", "R1")).isZero();

        assertThat(lines().get(1)).startsWith("R1").contains("anna", "ENDED", "stock is back");
        assertThat(lines()).contains("settledAt  " + local("2026-01-01T10:00:09Z"), "note       stock is back");
        assertThat(lines()).last().isEqualTo("replay R1 is ENDED, 7 of 7 sent on");
    }

    @Test
    void theOrdersOfAReplayAreOneTableHoweverManyPagesTheyAre() {
        String path = "GET /api/dead-letters/replays/R1/orders?limit=100";
        system.answers(path, 200, "{\"orders\":[{\"orderId\":\"A-1\",\"outcome\":\"SUCCEEDED\"}],\"next\":\"A-1\"}")
                .answers(path + "&after=A-1", 200, "{\"orders\":[{\"orderId\":\"A-22\",\"outcome\":\"FAILED\"}]}");

        assertThat(execute("dead-letters", "replays", "R1", "--orders")).isZero();

        assertThat(lines()).containsExactly("ORDER  OUTCOME", "A-1    SUCCEEDED", "A-22   FAILED");
    }

    @Test
    void whatIsDiscardedSaysWhyAndCanBeRestored() throws Exception {
        system.answers("POST /api/dead-letters/discard", 200, "{\"chosen\":2,\"discarded\":2}")
                .answers("POST /api/dead-letters/restore", 200, "{\"restored\":2}");

        assertThat(execute("dead-letters", "discard", "A-1", "A-2", "--note", "a test of ours"))
                .isZero();
        assertThat(execute("dead-letters", "restore", "A-1", "A-2")).isZero();

        JsonMapper json = new JsonMapper();
        assertThat(json.readTree(system.requests().get(0).body()))
                .isEqualTo(json.readTree("{\"ids\":[\"A-1\",\"A-2\"],\"note\":\"a test of ours\"}"));
        assertThat(json.readTree(system.requests().get(1).body()))
                .isEqualTo(json.readTree("{\"ids\":[\"A-1\",\"A-2\"]}"));
        assertThat(lines()).containsExactly("2 of 2 discarded", "2 restored");
    }

    @Test
    void anEditSendsTheFileAsItIs() throws Exception {
        Path file = Files.writeString(home.resolve("corrected.json"), " {\"orderId\": \"Ä\"}\n");
        system.answers(
                "POST /api/orders/ID%3Ahost%2F1%201/edit?note=typo+%26+co",
                200, "{\"order\":{\"orderId\":\"A-1\",\"status\":\"RETRYING\",\"lane\":\"NORMAL\"}}");

        assertThat(execute("dead-letters", "edit", "ID:host/1 1", file.toString(), "--note", "typo & co"))
                .isZero();

        assertThat(system.request().body()).isEqualTo(" {\"orderId\": \"Ä\"}\n");
        assertThat(lines()).containsExactly("A-1 is RETRYING in lane NORMAL");
    }

    @Test
    void anEditMayComeFromStandardInput() {
        system.answers("POST /api/orders/A/edit", 200, "{\"order\":{\"orderId\":\"A\",\"status\":\"RETRYING\"}}");
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream("{}".getBytes(StandardCharsets.UTF_8)));
        try {
            assertThat(execute("dead-letters", "edit", "A", "-")).isZero();
        } finally {
            System.setIn(before);
        }

        assertThat(system.request().body()).isEqualTo("{}");
    }

    @Test
    void violationsOfACorrectedOrderStandOneALine() throws Exception {
        Path file = Files.writeString(home.resolve("corrected.json"), "{}");
        system.answers("POST /api/orders/A/edit", 400, """
                {"type":"invalid-order","title":"Not an order","status":400,"detail":"orderId: missing; lines[0].sku: \\u001b",
                 "violations":[{"field":"orderId","problem":"missing"},{"field":"lines[0].sku","problem":"\\u001b"}]}""");

        assertThat(execute("dead-letters", "edit", "A", file.toString())).isEqualTo(Commands.REFUSED);

        assertThat(err.toString().lines())
                .containsExactly("ordersystem: Not an order", "  orderId: missing", "  lines[0].sku: \\u001b");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void anOrderIsShownWithItsStoryAndItsBody() {
        system.answers("GET /api/orders/A-1", 200, """
                {"order":{"orderId":"A-1","status":"RETRYING","lane":"HIGH","step":4,"attempts":1,
                   "due":"2026-01-01T12:01:00Z","receivedAt":"2026-01-01T10:00:00Z","updatedAt":"2026-01-01T12:00:00Z",
                   "lastFailedAt":"2026-01-01T12:00:00Z",
                   "reason":{"type":"java.io.IOException","message":"no stock","route":"fulfilment","node":"call"}},
                 "history":[{"kind":"EXPEDITE","step":2,"at":"2026-01-01T11:00:00Z","who":"anna","note":"on the phone",
                   "state":"RECEIVED","lane":"NORMAL","attempts":0}],
                 "body":"{\\n\\t\\"orderId\\": \\"A-1\\"\\n}","bodyEncoding":"utf-8"}""");

        assertThat(execute("order", "show", "A-1")).isZero();

        assertThat(lines())
                .containsExactly(
                        "order         A-1",
                        "status        RETRYING since " + local("2026-01-01T12:00:00Z"),
                        "lane          HIGH",
                        "failed turns  1",
                        "next turn     " + local("2026-01-01T12:01:00Z"),
                        "",
                        local("2026-01-01T10:00:00Z") + "  received",
                        local("2026-01-01T11:00:00Z") + "  expedited by anna: on the phone (it was RECEIVED)",
                        local("2026-01-01T12:00:00Z") + "  failed in fulfilment/call: no stock (IOException)",
                        "",
                        "body (utf-8):",
                        "{",
                        "    \"orderId\": \"A-1\"",
                        "}");
    }

    @Test
    void anOrderIsCancelledAndExpeditedWithANote() {
        system.answers("POST /api/orders/A/cancel", 200, "{\"order\":{\"orderId\":\"A\",\"status\":\"CANCELLED\"}}")
                .answers(
                        "POST /api/orders/A/expedite",
                        200,
                        "{\"order\":{\"orderId\":\"A\",\"status\":\"RETRYING\",\"lane\":\"HIGH\"}}");

        assertThat(execute("order", "cancel", "A", "--note", "by phone")).isZero();
        assertThat(execute("order", "expedite", "A")).isZero();

        assertThat(system.requests()).extracting(Request::body).containsExactly("{\"note\":\"by phone\"}", "{}");
        assertThat(lines()).containsExactly("A is CANCELLED", "A is RETRYING in lane HIGH");
    }

    @Test
    void fulfilmentIsPausedAndResumed() {
        String paused = """
                {"state":"maintenance","since":"2026-01-01T10:00:00Z","by":"anna","reason":"stocktaking","brake":"CLOSED"}""";
        system.answers("POST /api/fulfilment/pause", 200, paused)
                .answers("POST /api/fulfilment/resume", 200, "{\"state\":\"working\"}")
                .answers("GET /api/fulfilment", 200, paused);

        assertThat(execute("fulfilment", "pause", "--note", "stocktaking")).isZero();
        assertThat(execute("fulfilment", "status")).isZero();
        assertThat(execute("fulfilment", "resume")).isZero();

        assertThat(system.requests())
                .extracting(Request::body)
                .containsExactly("{\"reason\":\"stocktaking\"}", "", "{}");
        assertThat(lines())
                .contains("state   maintenance", "since   " + local("2026-01-01T10:00:00Z"), "reason  stocktaking")
                .last()
                .isEqualTo("state  working");
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void aRefusalIsToldWithItsReason(boolean json) {
        system.answers("POST /api/orders/A/cancel", 409, """
                {"type":"about:blank","title":"Conflict","status":409,"detail":"A is PROCESSED since yesterday"}""");

        assertThat(
                        json
                                ? execute("order", "cancel", "A", "--note", "x", "--json")
                                : execute("order", "cancel", "A", "--note", "x"))
                .isEqualTo(Commands.REFUSED);

        assertThat(err.toString().lines()).containsExactly("ordersystem: Conflict: A is PROCESSED since yesterday");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void withoutARunningSystemItIsSaidWhereItWasLookedForAndWhatToDo() {
        system.close();

        assertThat(execute("dead-letters", "list")).isEqualTo(Commands.START_FAILED);

        assertThat(err.toString().lines())
                .containsExactly("ordersystem: no running OrderSystem at http://127.0.0.1:" + system.port()
                        + "; start it, or say with --config (or CAMEL_MANAGEMENT_PORT) where it runs");
    }

    @Test
    void somethingElseThatAnswersIsNotTakenForTheSystem() {
        system.answersInHtml("GET /api/dead-letters", 200);

        assertThat(execute("dead-letters", "list")).isEqualTo(Commands.START_FAILED);

        assertThat(err.toString())
                .startsWith("ordersystem: what answers at http://127.0.0.1:" + system.port() + " is not OrderSystem")
                .contains("200 for GET /api/dead-letters");
    }

    @Test
    void aChangeWithoutAnAnswerIsNotSaidToHaveFailed() {
        system.breaksOff("POST /api/orders/A/cancel");

        assertThat(execute("order", "cancel", "A", "--note", "x")).isEqualTo(Commands.START_FAILED);

        assertThat(err.toString()).contains("did not answer", "whether it was done is not known");
    }

    @Test
    void thePasswordOfTheLedgerIsNotNeeded() throws Exception {
        Path config = Files.writeString(
                home.resolve("operator.properties"),
                "camel.management.port=" + system.port() + "\norders.ledger.password-file=not-for-you.txt");
        system.answers("GET /api/dead-letters", 200, "{\"deadLetters\":[]}");

        assertThat(execute("--config", config.toString(), "dead-letters", "list"))
                .isZero();
    }

    private static final String REFUSED = """
            {"state":"REFUSED","at":"2026-01-01T10:00:00Z","by":"anna","files":["40-fulfilment.camel.yaml"],"reason":"it is wrong",
             "errors":[{"file":"40-fulfilment.camel.yaml","line":16,"column":15,"text":"- to: activmq:x",
               "message":"unknown component 'activmq': did you mean 'activemq'?"},
              {"file":"","line":0,"column":0,"text":"","message":"the folder is gone"}],
             "heldBackMillis":0,"running":"20260101-090000-000-aaaaaaaaaaaa","runningSince":"2026-01-01T09:00:00Z"}""";

    @Test
    void aRefusedEditIsShownWithThePlaceOfEachError() {
        system.answers("GET /api/routes", 200, REFUSED);

        assertThat(execute("routes", "status")).isEqualTo(Commands.REFUSED);

        assertThat(lines())
                .contains(
                        "state    REFUSED",
                        "40-fulfilment.camel.yaml:16:15: unknown component 'activmq': did you mean 'activemq'?",
                        "    - to: activmq:x",
                        "routes: the folder is gone");
    }

    @Test
    void theHistorySaysWhichRoutesRanAndWhoseEditTheyWere() {
        system.answers("GET /api/routes/history", 200, """
                {"versions":[{"version":"20260101-100000-000-bbbbbbbbbbbb","at":"2026-01-01T10:00:00Z","by":"anna",
                  "changed":["40-fulfilment.camel.yaml","50-ours.camel.yaml"],"running":true}]}""");

        assertThat(execute("routes", "history")).isZero();

        assertThat(lines().get(0)).startsWith("VERSION").contains("SINCE", "BY", "RUNS", "CHANGED");
        assertThat(lines().get(1))
                .startsWith("20260101-100000-000-bbbbbbbbbbbb  " + local("2026-01-01T10:00:00Z") + "  anna")
                .endsWith("yes   40-fulfilment.camel.yaml, 50-ours.camel.yaml");
    }

    @Test
    void aRollbackWaitsUntilTheVersionRuns() {
        String version = "20260101-090000-000-aaaaaaaaaaaa";
        system.answers("POST /api/routes/rollback", 202, "{\"version\":\"" + version + "\"}")
                .answers("GET /api/routes", 200, REFUSED)
                .answers(
                        "GET /api/routes",
                        200,
                        REFUSED.replace("REFUSED", "APPLIED")
                                .replace("20260101-090000-000", "20260101-110000-000")
                                .replaceAll("(?s)\"errors\":\\[.*?],", "\"errors\":[],"));

        assertThat(execute("routes", "rollback", version)).isZero();

        assertThat(system.requests().get(0).body()).isEqualTo("{\"version\":\"" + version + "\"}");
        assertThat(lines()).contains("state    APPLIED");
    }
}
