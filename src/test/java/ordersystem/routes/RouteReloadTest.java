package ordersystem.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import jakarta.jms.Message;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.management.Notification;
import javax.management.ObjectName;
import ordersystem.StartException;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Route files are edited while the system runs. */
@Timeout(120)
class RouteReloadTest {

    private static final String FULFILMENT = "40-fulfilment.camel.yaml";
    private static final int EDITS = 10;
    private static final JsonMapper JSON = new JsonMapper();

    /** From the edit to its effect; the promise is two seconds, and a busy machine gets some more. */
    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    Path home;

    private RunningSystem system;

    @BeforeEach
    void make() {
        system = new RunningSystem(home);
    }

    @AfterEach
    void stop() {
        system.close();
    }

    private JsonNode status() throws Exception {
        return JSON.readTree(system.manage("/api/routes"));
    }

    private String state() throws Exception {
        return status().path("state").asText();
    }

    /** Waits until the edit before this line has had its effect. */
    private void awaitState(String state, String file) {
        await(file + " is " + state).atMost(SOON).until(() -> {
            JsonNode status = status();
            return status.path("state").asText().equals(state)
                    && status.path("files").toString().contains(file);
        });
    }

    private void send(String id) throws Exception {
        system.send("orders.incoming", order(id));
    }

    private static String order(String id) {
        return "{\"orderId\":\"" + id + "\",\"lines\":[{\"sku\":\"a\",\"quantity\":1,\"unitPrice\":2}]}";
    }

    private void marked(String mark) {
        system.fulfilment(
                "- setHeader: { name: Mark, constant: \"" + mark + "\" }\n- to: \"{{orders.fulfilment.uri}}\"", "");
    }

    private String markOfNext() throws Exception {
        return system.receive("orders.fulfilled", 1).get(0).getStringProperty("Mark");
    }

    @Test
    void anEditTakesEffectAndTheNextOrderGoesTheNewWay() throws Exception {
        system.start();

        marked("one");
        awaitState("APPLIED", FULFILMENT);
        send("a");
        assertThat(markOfNext()).isEqualTo("one");

        // as editors that write by rename do
        Path routes = home.resolve("routes");
        Path beside = routes.resolve(FULFILMENT + ".tmp");
        Files.writeString(beside, Files.readString(routes.resolve(FULFILMENT)).replace("one", "two"));
        Files.move(beside, routes.resolve(FULFILMENT), StandardCopyOption.ATOMIC_MOVE);
        await("the second edit").atMost(SOON).until(() -> {
            send("b" + System.nanoTime());
            return markOfNext().equals("two");
        });
    }

    @Test
    void aBadEditIsToldEverywhereAndTheOldRoutesRunOn() throws Exception {
        system.start();
        List<Notification> notifications = new CopyOnWriteArrayList<>();
        ObjectName name = new ObjectName("ordersystem:type=Routes");
        ManagementFactory.getPlatformMBeanServer()
                .addNotificationListener(name, (notification, none) -> notifications.add(notification), null, null);

        system.fulfilment("- to: activmq:queue:orders.fulfilled", "");
        awaitState("REFUSED", FULFILMENT);

        JsonNode error = status().path("errors").path(0);
        assertThat(error.path("file").asText()).isEqualTo(FULFILMENT);
        assertThat(error.path("line").asInt()).isEqualTo(9);
        assertThat(error.path("column").asInt()).isEqualTo(15);
        assertThat(error.path("text").asText()).isEqualTo("- to: activmq:queue:orders.fulfilled");
        assertThat(error.path("message").asText()).isEqualTo("unknown component 'activmq': did you mean 'activemq'?");
        assertThat(system.manage("/observe/health"))
                .startsWith("{\"status\":\"UP\"")
                .contains("WARNING: the edit of");
        assertThat((String[]) ManagementFactory.getPlatformMBeanServer().getAttribute(name, "Errors"))
                .containsExactly(FULFILMENT + ":9:15: unknown component 'activmq': did you mean 'activemq'?");
        await("the notification").until(() -> !notifications.isEmpty());
        assertThat(notifications.get(0).getType()).isEqualTo("ordersystem.routes.REFUSED");
        send("a");
        assertThat(system.receive("orders.fulfilled", 1)).hasSize(1);

        system.shippedRoute(FULFILMENT);
        await("it is mended").atMost(SOON).until(() -> state().equals("APPLIED"));
        send("b");
        assertThat(system.receive("orders.fulfilled", 1)).hasSize(1);
    }

    /** Two routes of one turn, saved together; the one that is called stands in the first file, and is exchanged first. */
    private void bothMarked(int mark) throws Exception {
        String lanes = Files.readString(Path.of("routes/30-fulfil-orders.camel.yaml"));
        int turn = lanes.indexOf("- route:\n    id: fulfil-orders\n");
        system.route("30-fulfil-orders.camel.yaml", lanes.substring(0, turn));
        system.route(
                "45-turn.camel.yaml",
                lanes.substring(turn)
                        .replace(
                                "                - to: direct:fulfilment",
                                "                - setHeader: { name: Lane, constant: \"" + mark + "\" }\n"
                                        + "                - to: direct:fulfilment"));
        marked(Integer.toString(mark));
    }

    @Test
    void noTurnGoesThroughOneOldRouteAndOneNew() throws Exception {
        bothMarked(0);
        system.start();
        AtomicInteger sent = new AtomicInteger();
        for (int edit = 1; edit <= EDITS; edit++) {
            String before = status().path("running").asText();
            bothMarked(edit);
            await("edit " + edit)
                    .atMost(SOON)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> {
                        for (int i = 0; i < 20; i++) {
                            send("o" + sent.getAndIncrement());
                        }
                        return !status().path("running").asText().equals(before);
                    });
        }

        Set<String> lanes = new HashSet<>();
        for (Message order : system.receive("orders.fulfilled", sent.get())) {
            assertThat(order.getStringProperty("Mark")).isEqualTo(order.getStringProperty("Lane"));
            lanes.add(order.getStringProperty("Lane"));
        }
        assertThat(lanes).contains("0", Integer.toString(EDITS - 1));
    }

    @Test
    void aNewFilesPathsAreServedAndGoWithIt() throws Exception {
        system.start();
        assertThat(system.get("/api/hello")).contains("404");

        system.route("50-hello.camel.yaml", """
                - rest:
                    path: /api
                    get:
                      - path: /hello
                        to: direct:hello
                - route:
                    id: hello
                    from:
                      uri: direct:hello
                      steps:
                        - setBody: { constant: hello }
                """);
        awaitState("APPLIED", "50-hello");
        assertThat(system.get("/api/hello")).isEqualTo("hello");
        assertThat(system.get("/api/stats")).contains("received");

        Files.delete(home.resolve("routes/50-hello.camel.yaml"));
        await("its path is gone").atMost(SOON).until(() -> system.get("/api/hello")
                .contains("404"));
        assertThat(system.get("/api/stats")).contains("received");
        send("a");
        assertThat(system.receive("orders.fulfilled", 1)).hasSize(1);
    }

    /** Each edit makes all REST routes anew, and that of a path of the management port; who asks meanwhile waits for milliseconds. */
    @Test
    void whoAsksWhileRoutesAreExchangedIsAnsweredOnBothPorts() throws Exception {
        system.start();
        AtomicBoolean over = new AtomicBoolean();
        Set<String> answers = ConcurrentHashMap.newKeySet();
        Thread[] askers = new Thread[4];
        for (int i = 0; i < askers.length; i++) {
            boolean management = i % 2 == 0;
            askers[i] = new Thread(() -> {
                while (!over.get()) {
                    try {
                        String answer = management ? system.manage("/api/waiting") : system.get("/api/stats");
                        answers.add(answer.contains("\"deferred\":") ? "answered" : answer);
                    } catch (RuntimeException e) {
                        answers.add(e.toString());
                    }
                }
            });
            askers[i].start();
        }
        String waiting = RouteSet.text(Path.of("routes/93-waiting-api.camel.yaml"));
        for (int edit = 0; edit < EDITS; edit++) {
            system.route(
                    "93-waiting-api.camel.yaml",
                    waiting.replace("    description: ", "    description: " + edit + " "));
            system.route(
                    "50-hello.camel.yaml",
                    "- rest: { path: /api, get: [ { path: /hello" + edit + ", to: direct:hello } ] }\n"
                            + "- route: { id: hello, from: { uri: direct:hello, steps: [ { setBody: { constant: hello } } ] } }\n");
            String path = "/api/hello" + edit;
            await(path).atMost(SOON).until(() -> system.get(path).equals("hello"));
        }
        over.set(true);
        for (Thread asker : askers) {
            asker.join();
        }

        assertThat(answers).containsExactly("answered");
    }

    @Test
    void anEditedPolicyReachesTheRoutesThatNameIt() throws Exception {
        system.fulfilment("- bean: { beanType: ordersystem.routes.RouteReloadTest$Fails }", "")
                .start();
        send("a");
        await("it waits for its next turn").atMost(SOON).until(() -> system.get("/api/orders/a")
                .contains("RETRYING"));

        // From now on this exception is permanent.
        Path policy = home.resolve("routes/00-failure-policy.camel.yaml");
        Files.writeString(
                policy,
                Files.readString(policy)
                        .replace(
                                "            - ordersystem.order.UnprocessableOrderException",
                                "            - ordersystem.order.UnprocessableOrderException\n"
                                        + "            - java.lang.UnsupportedOperationException"));
        awaitState("APPLIED", "00-failure-policy");

        send("b");
        await("it is buried").atMost(SOON).until(() -> system.get("/api/orders/b")
                .contains("FAILED"));
        assertThat(system.get("/api/orders/b")).contains("\"attempts\":1");
    }

    /** Of a test's route. */
    public static final class Fails {
        public void now() {
            throw new UnsupportedOperationException("never");
        }
    }

    @Test
    void afterABadEditItStartsWithWhatRanLastAndGoesOnWatching() throws Exception {
        marked("good");
        system.start();
        send("a");
        assertThat(markOfNext()).isEqualTo("good");
        system.close();
        system.fulfilment("- to: activmq:queue:orders.fulfilled", "");

        system.start();

        assertThat(state()).isEqualTo("REFUSED");
        send("b");
        assertThat(markOfNext()).isEqualTo("good");
        marked("mended");
        await("it is mended").atMost(SOON).until(() -> state().equals("APPLIED"));
        send("c");
        assertThat(markOfNext()).isEqualTo("mended");
    }

    @Test
    void withoutAnythingThatRanABadFolderFailsTheStartWithTheSameText() {
        system.fulfilment("- to: activmq:queue:orders.fulfilled", "");

        assertThatThrownBy(system::start)
                .isInstanceOf(StartException.class)
                .hasMessageContaining(FULFILMENT + ":9:15: unknown component 'activmq': did you mean 'activemq'?");
    }

    @Test
    void aRollbackPutsTheFilesBackAndTheyRun() throws Exception {
        marked("one");
        system.start();
        marked("two");
        awaitState("APPLIED", FULFILMENT);
        JsonNode versions = JSON.readTree(system.manage("/api/routes/history")).path("versions");
        assertThat(versions).hasSize(2);

        assertThat(system.manage("/api/routes/rollback", "anna", "{\"version\":\"none\"}")
                        .statusCode())
                .isEqualTo(400);
        String first = versions.path(1).path("version").asText();
        assertThat(system.manage("/api/routes/rollback", "anna", "{\"version\":\"" + first + "\"}")
                        .statusCode())
                .isEqualTo(202);

        await("the first runs again").atMost(SOON).until(() -> {
            send("a" + System.nanoTime());
            return markOfNext().equals("one");
        });
        assertThat(Files.readString(home.resolve("routes").resolve(FULFILMENT))).contains("\"one\"");
        await("it is told who did it")
                .atMost(SOON)
                .until(() -> status().path("by").asText().equals("anna"));
    }

    @Test
    void aRollbackWithoutAVersionTakesABadEditBack() throws Exception {
        marked("one");
        system.start();
        system.fulfilment("- too: activemq:queue:orders.fulfilled", "");
        awaitState("REFUSED", FULFILMENT);

        assertThat(system.manage("/api/routes/rollback", "anna", "{}").statusCode())
                .isEqualTo(202);

        await("the folder is good again").atMost(SOON).until(() -> state().equals("APPLIED"));
        assertThat(Files.readString(home.resolve("routes").resolve(FULFILMENT))).contains("\"one\"");
    }

    @Test
    void anEditWaitsForATurnThatTakesLongAndIsAppliedThen() throws Exception {
        Slow.begun = new CountDownLatch(1);
        Slow.end = new CountDownLatch(1);
        system.fulfilment(
                        "- bean: { beanType: ordersystem.routes.RouteReloadTest$Slow }\n"
                                + "- to: \"{{orders.fulfilment.uri}}\"",
                        "")
                .start();
        send("a");
        Slow.begun.await();

        marked("two");
        awaitState("WAITING", FULFILMENT);
        assertThat(status().path("reason").asText()).contains("in hand for longer than 2000 ms");
        Slow.end.countDown();

        assertThat(markOfNext()).as("it went the old way to its end").isNull();
        await("the edit").atMost(Duration.ofSeconds(30)).until(() -> state().equals("APPLIED"));
        send("b");
        assertThat(markOfNext()).isEqualTo("two");
        assertThat(system.get("/api/orders/a")).contains("PROCESSED").contains("\"attempts\":0");
    }

    /** Of a test's route. */
    public static final class Slow {
        static CountDownLatch begun = new CountDownLatch(1);
        static CountDownLatch end = new CountDownLatch(1);

        public void take(Exchange exchange) throws InterruptedException {
            begun.countDown();
            end.await();
        }
    }
}
