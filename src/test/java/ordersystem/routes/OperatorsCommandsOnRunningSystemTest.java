package ordersystem.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import ordersystem.operations.AdmissionCommand;
import ordersystem.operations.DeadLettersCommand;
import ordersystem.operations.FulfilmentCommand;
import ordersystem.operations.ManagementClient;
import ordersystem.operations.OrderCommand;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The operators' commands and the shipped management API understand each other. */
class OperatorsCommandsOnRunningSystemTest {

    @TempDir
    private Path home;

    private RunningSystem system;

    @BeforeEach
    void startWithAWarehouseThatRefusesCustomerBad() {
        system = new RunningSystem(home).fulfilment("""
                - choice:
                    when:
                      - simple: "${body} contains 'BAD'"
                        steps:
                          - throwException:
                              exceptionType: ordersystem.order.UnprocessableOrderException
                              message: customer BAD is unknown
                - to: activemq:queue:orders.fulfilled
                """, "").start();
    }

    @AfterEach
    void stop() {
        system.close();
    }

    @Test
    void whatFailedIsFoundReplayedCorrectedAndGivenUp() throws Exception {
        system.send("orders.incoming", order("b1", "BAD"));
        system.send("orders.incoming", order("b2", "BAD"));
        system.send("orders.incoming", "{ not an order");
        awaitStats("\"failed\":2", "\"invalid\":1");

        assertThat(run("dead-letters list"))
                .hasSize(4)
                .anyMatch(line -> line.matches("b1 .* normal .* customer BAD is unknown \\(Unprocess.*"))
                .anyMatch(line -> line.matches("ID:.* INVALID .*"));
        assertThat(run("dead-letters list --state FAILED --lane normal --text bad --limit 1"))
                .hasSize(3)
                .last()
                .isEqualTo("There are more: --after b1");
        assertThat(run("dead-letters list --older-than 1h")).containsExactly("nothing waits for a person here");
        assertThat(run("dead-letters groups"))
                .anyMatch(line -> line.matches("2 .* ordersystem.order.UnprocessableOrderException .* b1 b2"));
        assertThat(run("dead-letters replay --all --dry-run"))
                .containsExactly("2 chosen; a dry run, nothing was changed");

        String last = "ENDED: 2 of 2 sent on, 0 succeeded, 2 failed again, 0 taken over, 0 under way";
        assertThat(run("dead-letters replay --text BAD --per-second 100 --note again --wait"))
                .last()
                .isEqualTo(last);
        List<String> replays = run("dead-letters replays");
        assertThat(replays).hasSize(2).last().asString().matches(".* anna .* ENDED .* 2/2 .* again");
        String replay = replays.get(1).split(" ", 2)[0];
        assertThat(run("dead-letters replays " + replay)).anyMatch(line -> line.matches("perSecond +100"));
        assertThat(run("dead-letters replays " + replay + " --orders"))
                .containsExactly("ORDER  OUTCOME", "b1     FAILED", "b2     FAILED");

        Path corrected = Files.writeString(home.resolve("corrected.json"), order("b1", "GOOD"));
        assertThat(run("dead-letters edit b1 " + corrected + " --note typo&more"))
                .containsExactly("b1 is RETRYING in lane normal");
        String invalid = run("dead-letters list --state INVALID").get(1).split(" ", 2)[0];
        assertThat(run("order show " + invalid)).contains("{ not an order");
        Files.writeString(corrected, order("c1", "GOOD"));
        assertThat(run("dead-letters edit " + invalid + " " + corrected))
                .containsExactly("c1 is RETRYING in lane normal");
        awaitStats("\"processed\":2");

        assertThat(run("dead-letters discard b2 --note test")).containsExactly("1 of 1 discarded");
        assertThat(run("dead-letters restore b2")).containsExactly("1 restored");
        assertThat(run("order expedite b2")).containsExactly("b2 is RETRYING in lane high");
        awaitStats("\"failed\":1");
        assertThat(run("order cancel b2 --note phone")).containsExactly("b2 is CANCELLED in lane high");
        assertThat(run("order show b2"))
                .filteredOn(line -> line.contains(" by anna"))
                .extracting(line -> line.replaceAll("^\\S+ +", "").replaceAll(" by anna.*", ""))
                .containsExactly("replayed", "discarded", "restored", "expedited", "cancelled");
        assertThat(run("order show b1")).anyMatch(line -> line.contains("edited by anna: typo&more"));
        assertThat(system.receive("orders.fulfilled", 2)).hasSize(2);
    }

    @Test
    void fulfilmentStandsStillWhileItIsPaused() throws Exception {
        assertThat(run("fulfilment status")).anyMatch(line -> line.matches("state +working"));

        assertThat(run("fulfilment pause --note stocktaking"))
                .anyMatch(line -> line.matches("state +maintenance"))
                .anyMatch(line -> line.matches("by +anna"))
                .anyMatch(line -> line.matches("reason +stocktaking"));
        system.send("orders.incoming", order("p1", "GOOD"));
        awaitStats("\"received\":1");
        assertThat(system.rest("orders.fulfilled")).isEmpty();

        assertThat(run("fulfilment resume")).anyMatch(line -> line.matches("state +working"));
        assertThat(system.receive("orders.fulfilled", 1)).hasSize(1);
    }

    @Test
    void admissionIsSetAndSeen() throws Exception {
        assertThat(run("admission status")).anyMatch(line -> line.matches("mode +AUTO"));

        assertThat(run("admission fixed 1"))
                .anyMatch(line -> line.matches("mode +FIXED"))
                .anyMatch(line -> line.matches("probability +1.0"))
                .anyMatch(line -> line.matches("by +anna"));
        system.send("orders.incoming", order("a1", "GOOD"));
        awaitStats("\"deferred\":1");
        assertThat(run("order show a1")).anyMatch(line -> line.matches("admission +Deferred: .*"));

        assertThat(run("admission off")).anyMatch(line -> line.matches("mode +OFF"));
        assertThat(system.receive("orders.fulfilled", 1)).hasSize(1);
        assertThat(run("admission auto")).anyMatch(line -> line.matches("mode +AUTO"));
    }

    private List<String> run(String command) {
        ManagementClient client = new ManagementClient(
                system.settings().text("camel.management.host"),
                system.settings().integer("camel.management.port"),
                null,
                "anna");
        StringWriter out = new StringWriter();
        int exit = new CommandLine(new Group())
                .addSubcommand(new DeadLettersCommand(() -> client))
                .addSubcommand(new OrderCommand(() -> client))
                .addSubcommand(new FulfilmentCommand(() -> client))
                .addSubcommand(new AdmissionCommand(() -> client))
                .setOut(new PrintWriter(out))
                .execute(command.split(" "));
        assertThat(exit).as("%s: %s", command, out).isZero();
        return out.toString().lines().toList();
    }

    @CommandLine.Command(name = "ordersystem")
    private static final class Group {}

    private void awaitStats(String... parts) {
        await(String.join(" ", parts))
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(system.get("/api/stats")).contains(parts));
    }

    private static String order(String id, String customer) {
        return "{\"orderId\":\"" + id + "\",\"customerId\":\"" + customer
                + "\",\"lines\":[{\"sku\":\"a\",\"quantity\":1,\"unitPrice\":2}]}";
    }
}
