package ordersystem.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import ordersystem.reload.BadEdit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Route files of the packaged program are edited, badly and well, while orders flow. How many edits, and orders a second, say
 * the system properties {@code edits.bad}, {@code edits.good}, {@code edits.rate} and {@code edits.warm-up}.
 */
class RouteEditsIT {

    private static final int BAD = Integer.getInteger("edits.bad", 15);
    private static final int GOOD = Integer.getInteger("edits.good", 20);
    private static final int RATE = Integer.getInteger("edits.rate", 500);
    /** Orders before the first edit; the just-in-time compiler needs some 100,000 for the full rate. */
    private static final int WARM_UP = Integer.getInteger("edits.warm-up", 2 * RATE);

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** On a busy machine orders wait in the lanes when the last was sent. */
    private static final Duration SETTLED = Duration.ofMinutes(10);

    private static final String FULFILMENT = "40-fulfilment.camel.yaml";
    private static final String HELLO = """
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
            """;

    @RegisterExtension
    final ProgramUnderTest program = new ProgramUnderTest("RouteEditsIT")
            .longLived()
            // What it comes to is for the routes to see, not what the variable says.
            .with("ORDERS_HIGH_CONSUMERS", "auto")
            .with("ORDERS_FULFILMENT_EXPECTED_TIME", "1ms")
            .with("ORDERS_ADMISSION_MODE", "off");

    @Test
    void badEditsAreRefusedAndTheFlowDoesNotNotice() throws Exception {
        program.start();
        List<BadEdit> edits = new ArrayList<>(BadEdit.all());
        Collections.shuffle(edits, new java.util.Random(8));
        List<Long> millis = new ArrayList<>();
        List<String> told = new ArrayList<>();
        try (SteadyLoad load = new SteadyLoad(program, RATE)) {
            await("it is warm").atMost(SETTLED).until(() -> load.arrived() > WARM_UP);
            double calm = arrivalsPerSecond(load);
            load.measureFromHere();
            long begin = System.nanoTime();
            int before = load.arrived();
            int sentBefore = load.sent();
            for (BadEdit edit : edits.subList(0, Math.min(BAD, edits.size()))) {
                Path file = program.routes().resolve(edit.file());
                String good = Files.exists(file) ? Files.readString(file) : "";
                String bad = edit.text(good);
                millis.add(edited(file, bad.getBytes(StandardCharsets.UTF_8), "REFUSED"));
                JsonNode error = status().path("errors").path(0);
                told.add(edit + ": " + error.path("file").asText() + ":" + error.path("line") + ":"
                        + error.path("column") + ": " + error.path("message").asText());
                if (good.isEmpty()) {
                    Files.delete(file);
                    await("it is taken back").atMost(LIMIT).until(() -> state().equals("APPLIED"));
                } else {
                    edited(file, good.getBytes(StandardCharsets.UTF_8), "APPLIED");
                }
            }
            folderIsGoneForAWhile();
            double seconds = (System.nanoTime() - begin) / 1e9;
            double perSecond = (load.arrived() - before) / seconds;
            double sentPerSecond = (load.sent() - sentBefore) / seconds;
            long gap = load.longestGapMillis();
            settle(load);

            told.forEach(line -> System.out.println("bad edit: " + line));
            System.out.printf(
                    "bad edits: %d at %.0f orders/s (%.0f arrived without edits): all refused; told after %d ms (median), %d ms (longest); %.0f orders/s"
                            + " arrived, longest time without one %d ms; lost %d, twice %d; HTTP %s, %d unanswered%n",
                    millis.size(),
                    sentPerSecond,
                    calm,
                    median(millis),
                    Collections.max(millis),
                    perSecond,
                    gap,
                    load.missing(),
                    load.doubled(),
                    load.answers(),
                    load.unanswered());
            // The machine may be too busy for the rate, edits or not.
            assertThat(perSecond).isGreaterThan(0.8 * Math.min(sentPerSecond, calm));
            assertNothingLost(load);
        }
    }

    @Test
    void goodEditsTakeEffectInTheMiddleOfTraffic() throws Exception {
        program.start();
        List<Long> millis = new ArrayList<>();
        List<Double> heldBack = new ArrayList<>();
        try (SteadyLoad load = new SteadyLoad(program, RATE)) {
            await("it is warm").atMost(SETTLED).until(() -> load.arrived() > WARM_UP);
            load.measureFromHere();
            for (int i = 0; i < GOOD; i++) {
                millis.add(goodEdit(i));
                heldBack.add(status().path("heldBackMillis").asDouble());
            }
            long gap = load.longestGapMillis();
            settle(load);

            System.out.printf(
                    "good edits: %d at %d orders/s: all applied, after %d ms (median), %d ms (longest); orders held back for"
                            + " %.0f ms (median), %.0f ms (longest); longest time without an order %d ms; lost %d, twice %d;"
                            + " HTTP %s, %d unanswered%n",
                    GOOD,
                    RATE,
                    median(millis),
                    Collections.max(millis),
                    heldBack.stream().sorted().toList().get(heldBack.size() / 2),
                    Collections.max(heldBack),
                    gap,
                    load.missing(),
                    load.doubled(),
                    load.answers(),
                    load.unanswered());
            assertNothingLost(load);
        }
        program.stop(LIMIT);
        ProgramUnderTest.Audit audit = program.audit();
        assertThat(audit.exitCode()).as(audit.report()).isZero();
    }

    /** Over ten seconds in which nothing is edited. */
    private static double arrivalsPerSecond(SteadyLoad load) {
        int before = load.arrived();
        long begin = System.nanoTime();
        await("ten seconds").atMost(SETTLED).until(() -> System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(10));
        return (load.arrived() - before) / ((System.nanoTime() - begin) / 1e9);
    }

    /** Of eight kinds, one after the other. */
    private long goodEdit(int number) throws Exception {
        return switch (number % 8) {
            case 0, 4 ->
                changed(
                        FULFILMENT,
                        "      steps:\n(        - setHeader: \\{ name: E\\d+, constant: x }\n)?",
                        "      steps:\n        - setHeader: { name: E" + number + ", constant: x }\n");
            case 1 ->
                changed(
                        "20-route-by-priority.camel.yaml",
                        "(        - setProperty: \\{ name: E\\d+, constant: x }\n)?        - setVariable:",
                        "        - setProperty: { name: E" + number + ", constant: x }\n        - setVariable:");
            case 2 ->
                changed(
                        "00-failure-policy.camel.yaml",
                        "redeliveryDelay: \"\\d+\"",
                        "redeliveryDelay: \"1" + number + "\"");
            case 3 ->
                changed(
                        "30-fulfil-orders.camel.yaml",
                        "description: (Edit \\d+, )?[Oo]ne turn",
                        "description: Edit " + number + ", one turn");
            case 5 ->
                changed(
                        "90-order-api.camel.yaml",
                        "description: (Edit \\d+, )?[Ss]ays where",
                        "description: Edit " + number + ", says where");
            case 6 ->
                changed(
                        "30-fulfil-orders.camel.yaml",
                        "description: (Edit \\d+, )?[Nn]ormal lane",
                        "description: Edit " + number + ", normal lane");
            default -> helloComesAndGoes();
        };
    }

    private long changed(String name, String pattern, String to) throws Exception {
        Path file = program.routes().resolve(name);
        String good = Files.readString(file);
        String edited = Pattern.compile(pattern).matcher(good).replaceFirst(to);
        return edited(file, edited.getBytes(StandardCharsets.UTF_8), "APPLIED");
    }

    private long helloComesAndGoes() throws Exception {
        Path file = program.routes().resolve("50-hello.camel.yaml");
        if (!Files.exists(file)) {
            return edited(file, HELLO.getBytes(StandardCharsets.UTF_8), "APPLIED");
        }
        String before = status().path("at").asText();
        long begin = System.nanoTime();
        Files.delete(file);
        await("it is gone")
                .atMost(LIMIT)
                .until(() -> state().equals("APPLIED")
                        && !status().path("at").asText().equals(before));
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    }

    /** Writes a file as most editors do, and waits until the program says so. */
    private long edited(Path file, byte[] bytes, String state) throws Exception {
        if (Files.exists(file) && Arrays.equals(Files.readAllBytes(file), bytes)) {
            throw new IllegalStateException(file + " is no edit");
        }
        String before = status().path("at").asText();
        long begin = System.nanoTime();
        Path beside = file.resolveSibling(file.getFileName() + "~");
        Files.write(beside, bytes);
        Files.move(beside, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        await(file.getFileName() + " is " + state)
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    JsonNode now = status();
                    return !now.path("at").asText().equals(before)
                            && now.path("state").asText().equals(state);
                });
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    }

    private void folderIsGoneForAWhile() throws Exception {
        Path away = program.home().resolve("away");
        Files.move(program.routes(), away);
        await("the folder is missed").atMost(LIMIT).until(() -> state().equals("REFUSED"));
        assertThat(status().path("errors").path(0).path("message").asText()).contains("is not there");
        Files.move(away, program.routes());
        await("it is back").atMost(LIMIT).until(() -> state().equals("APPLIED"));
        Path large = program.routes().resolve("50-large.camel.yaml");
        edited(large, new byte[5 << 20], "REFUSED");
        Files.delete(large);
        await("it is away").atMost(LIMIT).until(() -> state().equals("APPLIED"));
    }

    private static void settle(SteadyLoad load) throws InterruptedException {
        load.stopSending();
        await("all have arrived").atMost(SETTLED).until(() -> load.missing() == 0);
    }

    private static void assertNothingLost(SteadyLoad load) {
        assertThat(load.missing()).isZero();
        assertThat(load.doubled()).isZero();
        assertThat(load.unanswered()).isZero();
        assertThat(load.answers().keySet()).containsExactly(202);
    }

    private static long median(List<Long> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private JsonNode status() throws IOException, InterruptedException {
        return program.api().manage("routes").json();
    }

    private String state() throws IOException, InterruptedException {
        return status().path("state").asText();
    }
}
