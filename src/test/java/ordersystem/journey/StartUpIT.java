package ordersystem.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Classes kept by {@code ordersystem prepare}: that a start uses them, and that no start fails where they do not fit. Prints how
 * long it takes from the command to the first 202: medians of {@code -Dstart.repeats} starts of each kind, in turn.
 */
class StartUpIT {

    private static final int REPEATS = Integer.getInteger("start.repeats", 1);

    @RegisterExtension
    final ProgramUnderTest program = new ProgramUnderTest("StartUpIT-data").longLived();

    private int orders;

    @Test
    void aStartUsesTheClassesThatPrepareHasKeptAndTakesNoHarmWhereTheyDoNotFit() throws Exception {
        Installation installation = new Installation("StartUpIT");
        program.runFrom(installation.home());
        Path lib = installation.home().resolve("lib");
        assertThat(kept(lib))
                .as("nothing is shipped: it would fit one Java only")
                .isEmpty();

        installation.run(List.of("bin/ordersystem", "prepare"));

        Path classes = kept(lib).get(0);
        assertThat(installation.output()).startsWith(classes.toString());
        program.launch("-Xlog:class+load:file=" + program.home().resolve("loaded.txt"));
        program.awaitReady();
        end();
        assertThat(Files.readString(program.home().resolve("loaded.txt")))
                .contains("ordersystem.OrderSystem source: shared objects file (top)")
                .contains("org.apache.activemq.broker.BrokerService source: shared objects file (top)");

        measure(classes);

        Path fitting = classes.resolveSibling("fitting");
        Files.move(classes, fitting);
        Files.writeString(classes, "no classes");
        startsAndSaysNothingOfIt();

        Files.move(fitting, classes, StandardCopyOption.REPLACE_EXISTING);
        try (Stream<Path> jars = Files.list(lib)) {
            Path jar = jars.filter(each -> each.getFileName().toString().startsWith("ordersystem-"))
                    .findFirst()
                    .orElseThrow();
            Path copy = lib.resolve("copy");
            Files.copy(jar.toRealPath(), copy); // with a time of its own, as a new version has
            Files.move(copy, jar, StandardCopyOption.REPLACE_EXISTING);
        }
        startsAndSaysNothingOfIt();
    }

    private static List<Path> kept(Path lib) throws IOException {
        try (Stream<Path> files = Files.list(lib)) {
            return files.filter(file -> file.toString().endsWith(".jsa")).toList();
        }
    }

    private void startsAndSaysNothingOfIt() throws Exception {
        Files.delete(program.output());
        untilAccepted();
        assertThat(Files.readString(program.output())).doesNotContain("[warning]", "[error]", "shared", "archive");
    }

    /** Starts it, has it take an order, and stops it. */
    private Duration untilAccepted() throws Exception {
        String id = "start-" + orders++;
        byte[] order = SteadyLoad.order(id, false).getBytes(UTF_8);
        long begin = System.nanoTime();
        program.launch("");
        await().atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> {
                    assertThat(program.isAlive()).as("it runs").isTrue();
                    return isAccepted(order);
                });
        Duration taken = Duration.ofNanos(System.nanoTime() - begin);
        await("it is worked off").until(() -> program.api().order(id).body().contains("PROCESSED"));
        end();
        return taken;
    }

    private boolean isAccepted(byte[] order) throws InterruptedException {
        try {
            return program.api().post(order).status() == 202;
        } catch (IOException notThereYet) {
            return false;
        }
    }

    private void end() throws InterruptedException {
        program.stop(Duration.ofSeconds(60));
    }

    private void measure(Path classes) throws Exception {
        Path aside = classes.resolveSibling("aside");
        Map<String, List<Long>> millis = new TreeMap<>();
        for (int i = 0; i < REPEATS; i++) {
            for (boolean prepared : new boolean[] {true, false}) {
                if (!prepared) {
                    Files.move(classes, aside);
                }
                for (boolean fresh : new boolean[] {true, false}) {
                    if (fresh) {
                        ProgramUnderTest.deleteTree(program.home().resolve("data"));
                    }
                    String kind = (prepared ? "prepared" : "as unpacked") + (fresh ? ", no data yet" : ", data there");
                    millis.computeIfAbsent(kind, none -> new ArrayList<>())
                            .add(untilAccepted().toMillis());
                }
                if (!prepared) {
                    Files.move(aside, classes);
                }
            }
        }
        millis.forEach((kind, all) -> System.out.printf(
                "start-up, %s: %d ms to the first 202, median of %s%n",
                kind, all.stream().sorted().toList().get(all.size() / 2), all));
    }
}
