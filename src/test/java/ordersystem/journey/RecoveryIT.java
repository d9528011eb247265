package ordersystem.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The program dies in the middle of what people do: before the ledger's commit, and after it, before anybody is answered.
 * An order then stands as before or as afterwards, whole, and in the end each goes through once.
 */
class RecoveryIT {

    private static final int DEAD = 12;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @RegisterExtension
    final ProgramUnderTest program = new ProgramUnderTest("RecoveryIT")
            .with("ORDERS_NORMAL_CONSUMERS", "4")
            .with("ORDERS_HIGH_CONSUMERS", "4")
            .with("ORDERS_RELEASE_INTERVAL", "50ms");

    /** The program halts where it commits what a person did. */
    private enum Edge {
        ENTRY,
        EXIT;

        String script() {
            return """
                    RULE a person's action is being written
                    CLASS ordersystem.ledger.Interventions
                    METHOD remember
                    AT EXIT
                    IF TRUE
                    DO flag(Thread.currentThread())
                    ENDRULE
                    RULE it is committed
                    CLASS %s
                    METHOD commit()
                    AT %s
                    IF flagged(Thread.currentThread())
                    DO killJVM(%d)
                    ENDRULE
                    """.formatted(Database.CONNECTION_CLASS, name(), Seam.EXIT_CODE);
        }
    }

    @Test
    void whateverAPersonDoesIsDoneOrNotDoneWhenTheProgramDies() throws Exception {
        program.editRoute(
                "40-fulfilment.camel.yaml",
                "- to: \"{{orders.fulfilment.uri}}\"",
                "- throwException: { exceptionType: ordersystem.order.UnprocessableOrderException, message: closed }");
        program.start();
        for (int i = 0; i < DEAD; i++) {
            assertThat(program.api()
                            .post(order("o" + i, "first").getBytes(UTF_8))
                            .status())
                    .isEqualTo(202);
        }
        await("all are dead letters").atMost(LIMIT).until(() -> stat("failed") == DEAD);
        program.kill();

        List<String> told = new ArrayList<>();
        for (Edge edge : Edge.values()) {
            String first = "o" + 4 * edge.ordinal();
            String second = "o" + (4 * edge.ordinal() + 1);
            String third = "o" + (4 * edge.ordinal() + 2);
            String fourth = "o" + (4 * edge.ordinal() + 3);
            told.add(die(edge, "orders/" + first + "/cancel", "{\"note\":\"customer called\"}", first, "CANCELLED"));
            told.add(die(
                    edge,
                    "dead-letters/discard",
                    "{\"ids\":[\"" + second + "\"],\"note\":\"x\"}",
                    second,
                    "DISCARDED"));
            told.add(die(edge, "dead-letters/restore", "{\"ids\":[\"" + second + "\"]}", second, "FAILED"));
            told.add(die(edge, "orders/" + third + "/edit", order(third, "second"), third, "FAILED"));
            told.add(die(edge, "orders/" + fourth + "/expedite", "{}", fourth, "FAILED"));
            told.add(dieReplaying(edge));
        }
        System.out.println("recovery: killed at " + told);

        program.editRoute(
                "40-fulfilment.camel.yaml",
                "- throwException: { exceptionType: ordersystem.order.UnprocessableOrderException, message: closed }",
                "- to: \"{{orders.fulfilment.uri}}\"");
        program.start();
        try (Warehouse warehouse = new Warehouse(program.brokerUrl())) {
            await("replays that the kills interrupted go on").atMost(LIMIT).until(() -> running()
                    .isEmpty());
            program.api().manage("dead-letters/replay", "{\"all\":true,\"perSecond\":1000}");
            await("all but the cancelled ones go through")
                    .atMost(LIMIT)
                    .until(() -> stat("processed") == DEAD - 2 && warehouse.count() == DEAD - 2);
            assertThat(warehouse.orderIds()).doesNotHaveDuplicates().doesNotContain("o0", "o4");
            assertThat(stat("failed")).isEqualTo(2);
            assertThat(history("o2")).contains("EDIT").contains("REPLAY");
            assertThat(program.api()
                            .manage("orders/o3")
                            .json()
                            .at("/order/lane")
                            .asText())
                    .isEqualTo("high");
        }
        program.stop(Duration.ofSeconds(60));
        ProgramUnderTest.Audit audit = program.audit();
        assertThat(audit.exitCode()).as(audit.report()).isZero();
    }

    /**
     * Acts, and has the program die of it. Before the commit nothing was done, and the action is made again; after it, it
     * was.
     *
     * @param after how the order stands when the action has had its effect
     */
    private String die(Edge edge, String path, String json, String id, String after) throws Exception {
        program.start(edge.script());
        int actions = history(id).size();
        String before = status(id);
        assertThatThrownBy(() -> program.api().manage(path, json)).isInstanceOf(IOException.class);
        assertThat(program.awaitDeath(LIMIT)).isTrue();
        assertThat(program.exitCode()).isEqualTo(Seam.EXIT_CODE);

        program.start();
        if (edge == Edge.ENTRY) {
            assertThat(history(id)).hasSize(actions);
            assertThat(status(id)).isEqualTo(before);
            assertThat(program.api().manage(path, json).status()).isEqualTo(200);
        }
        assertThat(history(id)).hasSize(actions + 1);
        await(path).atMost(LIMIT).until(() -> status(id).equals(after));
        program.kill();
        return edge + " " + path;
    }

    /** Dies after some of the orders, or before the first. */
    private String dieReplaying(Edge edge) throws Exception {
        program.start(edge.script());
        String replay = program.api()
                .manage("dead-letters/replay", "{\"text\":\"closed\",\"perSecond\":3}")
                .json()
                .path("id")
                .asText();
        assertThat(program.awaitDeath(LIMIT)).isTrue();
        assertThat(program.exitCode()).isEqualTo(Seam.EXIT_CODE);
        program.start();
        await("it goes on by itself").atMost(LIMIT).until(() -> program.api()
                .manage("dead-letters/replays/" + replay)
                .json()
                .has("settledAt"));
        JsonNode over = program.api().manage("dead-letters/replays/" + replay).json();
        assertThat(over.path("sentOn").asInt())
                .isEqualTo(over.path("chosen").asInt())
                .isPositive();
        assertThat(over.path("outcomes").path("FAILED").asInt())
                .isEqualTo(over.path("chosen").asInt());
        program.kill();
        return edge + " replay of " + over.path("chosen");
    }

    private List<String> running() throws Exception {
        return program.api().manage("dead-letters/replays").json().path("replays").findValuesAsText("status").stream()
                .filter(status -> status.equals("RUNNING"))
                .toList();
    }

    private long stat(String name) throws Exception {
        return program.api().stats().map(stats -> stats.path(name).asLong(-1)).orElse(-1L);
    }

    private String status(String id) throws Exception {
        return program.api().order(id).json().path("status").asText();
    }

    private List<String> history(String id) throws Exception {
        return program.api().manage("orders/" + id).json().path("history").findValuesAsText("kind");
    }

    private static String order(String id, String customer) {
        return "{\"orderId\":\"" + id + "\",\"customerId\":\"" + customer
                + "\",\"lines\":[{\"sku\":\"a\",\"quantity\":1,\"unitPrice\":2}]}";
    }
}
