package ordersystem.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The program dies in the middle of an edit, and of a rollback, with orders on their way. It comes back with the old routes or
 * the new ones, whole, and each order goes through once.
 */
class RouteEditKilledIT {

    private static final String FULFILMENT = "40-fulfilment.camel.yaml";
    private static final String RECEIVE = "10-receive-orders.camel.yaml";
    private static final int ORDERS = 200;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @RegisterExtension
    final ProgramUnderTest program = new ProgramUnderTest("RouteEditKilledIT")
            .with("ORDERS_NORMAL_CONSUMERS", "4")
            .with("ORDERS_HIGH_CONSUMERS", "4");

    /** Where it halts. */
    enum At {
        STOPPED("ordersystem.reload.LiveRoutes", "remove", "ENTRY", 1),
        REMOVED("ordersystem.reload.LiveRoutes", "remove", "EXIT", 1),
        // The first is that of the start.
        ADDED("ordersystem.reload.RouteSet", "addTo", "EXIT", 2),
        NOT_KEPT("ordersystem.reload.LastGoodRoutes", "keep", "ENTRY", 2),
        HALF_KEPT("ordersystem.reload.LastGoodRoutes", "replace", "ENTRY", 1),
        KEPT("ordersystem.reload.LastGoodRoutes", "keep", "EXIT", 2);

        private final String type;
        private final String method;
        private final String edge;
        private final int nth;

        At(String type, String method, String edge, int nth) {
            this.type = type;
            this.method = method;
            this.edge = edge;
            this.nth = nth;
        }

        String script() {
            // Routes of the trial, which is thrown away, are added too: by a context of another name.
            String mine = this == ADDED ? " AND $1.getName().equals(\"ordersystem\")" : "";
            return halt(type, method, edge, "TRUE" + mine + " AND incrementCounter(\"life\") == " + nth);
        }
    }

    private static String halt(String type, String method, String edge, String condition) {
        return String.join(
                "\n",
                "RULE halt",
                "CLASS " + type,
                "METHOD " + method,
                "AT " + edge,
                "IF " + condition,
                "DO killJVM(" + Seam.EXIT_CODE + ")",
                "ENDRULE",
                "");
    }

    @ParameterizedTest
    @EnumSource
    void anEditIsMadeOrNotMade(At at) throws Exception {
        program.editRoute(
                FULFILMENT, "      steps:\n", "      steps:\n        - setHeader: { name: Mark, constant: old }\n");
        program.start();
        program.kill();
        program.start(at.script());
        Set<String> taken = new HashSet<>();
        for (int i = 0; i < ORDERS; i++) {
            take("E" + i, taken);
        }
        program.editRoute(FULFILMENT, "constant: old", "constant: new");
        program.editRoute(RECEIVE, "            name: order\n", "            name: order # ours\n");

        assertThat(program.awaitDeath(LIMIT)).as("it dies at " + at).isTrue();
        assertThat(program.exitCode()).isEqualTo(Seam.EXIT_CODE);
        program.start();
        take("Z", taken);

        await("all went through")
                .atMost(LIMIT)
                .until(() -> program.api()
                                .stats()
                                .map(stats -> stats.path("processed").asInt())
                                .orElse(0)
                        == taken.size());
        List<OutsideAccount.Fulfilled> fulfilled = FulfilledQueue.read(program.brokerUrl(), "orders.fulfilled");
        assertThat(fulfilled)
                .extracting(OutsideAccount.Fulfilled::orderId)
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(taken);
        assertThat(fulfilled)
                .allSatisfy(order -> assertThat(order.headers().get("Mark")).isIn("old", "new"));
        assertThat(fulfilled.stream()
                        .filter(order -> order.orderId().equals("Z"))
                        .map(order -> order.headers().get("Mark")))
                .containsExactly("new");
    }

    @ParameterizedTest
    @EnumSource(
            value = At.class,
            names = {"HALF_KEPT"})
    void aRollbackIsFinishedAtTheNextStart(At ignored) throws Exception {
        program.start();
        String first = program.api().manage("routes").json().path("running").asText();
        Files.writeString(
                program.routes().resolve(FULFILMENT),
                "# second\n" + Files.readString(program.routes().resolve(FULFILMENT)));
        Files.writeString(
                program.routes().resolve(RECEIVE),
                "# second\n" + Files.readString(program.routes().resolve(RECEIVE)));
        await("the second runs").atMost(LIMIT).until(() -> !program.api()
                .manage("routes")
                .json()
                .path("running")
                .asText()
                .equals(first));
        program.kill();
        // Dies with some files of the folder written: the note of the rollback is the first.
        program.start(halt(
                "ordersystem.reload.LastGoodRoutes",
                "replace",
                "ENTRY",
                "$1.toString().contains(\"" + RECEIVE + "\") AND incrementCounter(\"life\") == 1"));
        try {
            program.api().manage("routes/rollback", "{\"version\":\"" + first + "\"}");
        } catch (java.io.IOException died) {
            assertThat(died).isNotNull();
        }
        assertThat(program.awaitDeath(LIMIT)).isTrue();

        program.start();

        try (Stream<Path> files = Files.list(program.routes())) {
            for (Path file : files.toList()) {
                assertThat(Files.readString(file)).doesNotContain("# second");
            }
        }
        assertThat(program.api().manage("routes").json().path("state").asText()).isEqualTo("APPLIED");
    }

    private void take(String id, Set<String> taken) throws Exception {
        int status =
                program.api().post(SteadyLoad.order(id, false).getBytes(UTF_8)).status();
        assertThat(status).isEqualTo(202);
        taken.add(id);
    }
}
