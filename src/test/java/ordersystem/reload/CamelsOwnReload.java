package ordersystem.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.main.Main;
import org.apache.camel.spi.ReloadStrategy;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same bad edits with the reload that Camel Main has, for comparison: three route files, and ten messages after each edit
 * and after each mending. A measurement, and run by its name only.
 */
class CamelsOwnReload {

    private static final Duration RELOAD = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(2);
    private static final int MESSAGES = 10;
    private static final List<String> FILES = List.of("00-failure-policy.camel.yaml", "40-fulfilment.camel.yaml");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    private final AtomicInteger done = new AtomicInteger();
    private Main camel = new Main();

    /** Of the routes. */
    public final class Counter {
        public void count() {
            done.incrementAndGet();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsLost(boolean removeAllRoutes) throws Exception {
        for (String file : FILES) {
            Files.copy(Path.of("routes").resolve(file), folder.resolve(file));
        }
        Files.writeString(folder.resolve("10-in.camel.yaml"), """
                - route:
                    id: in
                    from:
                      uri: seda:in
                      steps:
                        - to: direct:fulfilment
                """);
        start(removeAllRoutes);
        Map<String, String> outcomes = new TreeMap<>();
        int edits = 0;
        int stopped = 0;
        int notMended = 0;
        int accepted = 0;
        List<BadEdit> bad = BadEdit.all().stream()
                .filter(edit -> FILES.contains(edit.file()) || edit.file().startsWith("50"))
                .toList();
        for (BadEdit edit : bad) {
            Path file = folder.resolve(edit.file());
            String good = Files.exists(file) ? Files.readString(file) : "";
            edits++;
            int failed = strategy().getFailedCounter();
            write(file, edit.text(good).getBytes(StandardCharsets.UTF_8));
            boolean told = strategy().getFailedCounter() > failed;
            boolean flows = flows();
            if (good.isEmpty()) {
                Files.delete(file);
                awaitReload(strategy().getReloadCounter() + strategy().getFailedCounter());
            } else {
                write(file, good.getBytes(StandardCharsets.UTF_8));
            }
            boolean mended = flows();
            accepted += told ? 0 : 1;
            stopped += flows ? 0 : 1;
            notMended += mended ? 0 : 1;
            outcomes.put(
                    edit.name(),
                    (told ? "told" : "TAKEN FOR GOOD")
                            + (flows ? "" : ", THE FLOW STOPPED")
                            + (mended ? "" : ", AND STAYED STOPPED ONCE MENDED"));
            if (!mended) {
                camel.stop();
                start(removeAllRoutes);
            }
        }
        outcomes.forEach((name, outcome) -> System.out.println("camel's reload: " + name + ": " + outcome));
        System.out.printf(
                "camel's own reload, routesReloadRemoveAllRoutes=%s: %d bad edits; %d taken for good, the flow stopped after"
                        + " %d, and after %d it stayed so once the file was good again%n",
                removeAllRoutes, edits, accepted, stopped, notMended);
        camel.stop();
        assertThat(edits).isPositive();
    }

    private void start(boolean removeAllRoutes) throws Exception {
        camel = new Main();
        camel.setDefaultPropertyPlaceholderLocation("false");
        camel.addOverrideProperty("orders.fulfilment.uri", "bean:counter?method=count");
        camel.addOverrideProperty("camel.component.direct.block", "false");
        camel.bind("counter", new Counter());
        camel.configure().setRoutesIncludePattern("file:" + folder + "/*.camel.yaml");
        camel.configure().setRoutesReloadEnabled(true);
        camel.configure().setRoutesReloadDirectory(folder.toString());
        camel.configure().setRoutesReloadPattern("*.camel.yaml");
        camel.configure().setRoutesReloadRemoveAllRoutes(removeAllRoutes);
        camel.start();
        assertThat(flows()).isTrue();
    }

    private ReloadStrategy strategy() {
        CamelContext context = camel.getCamelContext();
        return context.hasService(ReloadStrategy.class);
    }

    private void write(Path file, byte[] bytes) throws Exception {
        int before = strategy().getReloadCounter() + strategy().getFailedCounter();
        Files.write(file, bytes);
        awaitReload(before);
    }

    private void awaitReload(int before) {
        try {
            await("a reload")
                    .atMost(RELOAD)
                    .until(() -> strategy().getReloadCounter() + strategy().getFailedCounter() > before);
        } catch (ConditionTimeoutException none) {
            System.out.println("camel's reload did not look");
        }
    }

    private boolean flows() throws Exception {
        int before = done.get();
        for (int i = 0; i < MESSAGES; i++) {
            try {
                camel.getCamelTemplate().sendBody("seda:in", "x");
            } catch (RuntimeException e) {
                return false;
            }
        }
        try {
            await("ten messages").atMost(ANSWER).until(() -> done.get() == before + MESSAGES);
            return true;
        } catch (ConditionTimeoutException none) {
            return false;
        }
    }
}
