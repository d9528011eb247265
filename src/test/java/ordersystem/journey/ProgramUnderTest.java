package ordersystem.journey;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import ordersystem.Ports;
import org.jboss.byteman.agent.Main;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The packaged program as a process, with data, routes and ports of its own that outlive its deaths. A JUnit extension:
 * ends what it started, and shows the program's output where the test failed. One thread starts and kills it. Its ledger is
 * the embedded one, or PostgreSQL where {@link Database#IS_ASKED_FOR}.
 */
final class ProgramUnderTest implements BeforeEachCallback, AfterEachCallback {
    /** Longer than any start: the store is checked after every kill. */
    private static final Duration START_LIMIT = Duration.ofSeconds(90);

    /** A life lasts seconds: no time to optimise its code. The heap is what the README promises to hold. */
    private static final String SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx256m ";

    private static final Path PACKAGED = Path.of(System.getProperty("ordersystem.packaged", "target/ordersystem"))
            .toAbsolutePath();

    private final Path home;
    private final Map<String, String> environment = new HashMap<>();
    private final int httpPort = Ports.free();
    private final int managementPort = Ports.free();
    private final int brokerPort = Ports.free();
    private final Api api = new Api(httpPort, managementPort);
    private @Nullable String externalBroker;
    private @Nullable Database ledger;
    private @Nullable Process process;
    private int lives;
    private String jvm = SHORT_LIVED;
    private String always = "";
    private Path installation = PACKAGED;

    ProgramUnderTest(String name) {
        home = Path.of("target", "journey", name).toAbsolutePath();
        environment.put("ORDERS_DATA_DIR", home.resolve("data").toString());
        environment.put("ORDERS_ROUTES_DIR", home.resolve("routes").toString());
        environment.put("ORDERS_BROKER_CONNECTOR", brokerUrl());
        environment.put("CAMEL_SERVER_PORT", Integer.toString(httpPort));
        environment.put("CAMEL_MANAGEMENT_PORT", Integer.toString(managementPort));
    }

    /** Sets a configuration key by its environment variable, for all lives from now on. */
    ProgramUnderTest with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Runs it from another folder than the one it was packaged in; routes and data stay the test's. */
    void runFrom(Path folder) {
        installation = folder;
    }

    /** For a life long enough to optimise its code in. */
    ProgramUnderTest longLived() {
        jvm = "-Xmx512m ";
        return this;
    }

    /** Puts a file of this package's test resources in the place of a shipped route file. */
    void replaceRoute(String shipped, String resource) {
        try (var replacement = ProgramUnderTest.class.getResourceAsStream(resource)) {
            if (replacement == null) {
                throw new IllegalArgumentException("no such resource: " + resource);
            }
            Path file = home.resolve("routes").resolve(shipped);
            Files.delete(file);
            Files.write(file, replacement.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Copies a route file of the examples over a shipped one, as a user would. */
    void useExample(Path example) {
        try {
            Files.copy(
                    example,
                    home.resolve("routes").resolve(example.getFileName()),
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Edits a shipped route file, as a user would. */
    void editRoute(String shipped, String from, String to) {
        Path file = home.resolve("routes").resolve(shipped);
        try {
            String text = Files.readString(file);
            if (!text.contains(from)) {
                throw new IllegalStateException(file + " has no '" + from + "'");
            }
            Files.writeString(file, text.replace(from, to));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The folder of its route files. */
    Path routes() {
        return home.resolve("routes");
    }

    /** Where it keeps what it keeps; emptied before each test. */
    Path home() {
        return home;
    }

    Api api() {
        return api;
    }

    String publicUrl(String path) {
        return "http://127.0.0.1:" + httpPort + path;
    }

    String managementUrl(String path) {
        return "http://127.0.0.1:" + managementPort + path;
    }

    String brokerUrl() {
        return externalBroker == null ? "tcp://127.0.0.1:" + brokerPort : externalBroker;
    }

    /**
     * Has it use an external broker of {@link BrokerUnderTest}.
     *
     * @param url as the program is to have it
     * @param others where everybody else connects
     */
    ProgramUnderTest useBroker(String url, String others) {
        externalBroker = others + "?jms.userName=" + BrokerUnderTest.USER + "&jms.password=" + BrokerUnderTest.PASSWORD;
        return with("ORDERS_BROKER_URL", url)
                .with("ORDERS_BROKER_USER", BrokerUnderTest.USER)
                .with("ORDERS_BROKER_PASSWORD", BrokerUnderTest.PASSWORD);
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        if (!Files.isExecutable(PACKAGED.resolve("bin/ordersystem"))) {
            throw new IllegalStateException(PACKAGED + " is not there: mvn -DskipTests package");
        }
        deleteTree(home);
        copyTree(PACKAGED.resolve("routes"), home.resolve("routes"));
        if (Database.IS_ASKED_FOR) {
            Database postgres = new Database(home.resolve("ledger"));
            ledger = postgres;
            postgres.start();
            with("ORDERS_LEDGER_URL", postgres.url()).with("ORDERS_LEDGER_USER", "postgres");
        }
    }

    @Override
    public void afterEach(ExtensionContext context) throws InterruptedException, IOException {
        if (isAlive()) {
            kill();
        }
        if (ledger != null) {
            ledger.close();
        }
        if (context.getExecutionException().isPresent()) {
            System.err.println("---- last output of the program (" + output() + ")");
            tail(150).forEach(System.err::println);
        }
    }

    void start() {
        launch("");
        awaitReady();
    }

    /** Starts it to die at a seam; it may die before it is ready. */
    void startToDieAt(Seam seam) {
        launch(woven(seam.name(), seam.script()));
    }

    /** Starts it with Byteman rules; none where they are empty. */
    void start(String rules) {
        launch(rules.isEmpty() ? "" : woven("rules", rules));
        awaitReady();
    }

    /** Has Byteman weave these rules into all lives from now on. */
    ProgramUnderTest weave(String rules) {
        always = woven("always", rules) + " ";
        return this;
    }

    /** The JVM option that has Byteman weave these rules into the program. */
    private String woven(String name, String rules) {
        Path script = home.resolve(name + ".btm");
        try {
            Files.writeString(script, rules);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Path agent = Path.of(
                Main.class.getProtectionDomain().getCodeSource().getLocation().getPath());
        return "-javaagent:" + agent + "=script:" + script;
    }

    /** Starts it and returns at once. */
    void launch(String javaOptions) {
        if (isAlive()) {
            throw new IllegalStateException("it still runs");
        }
        lives++;
        say("==== life " + lives + " " + javaOptions);
        process = command(always + javaOptions, ProcessBuilder.Redirect.appendTo(output().toFile()), "run");
    }

    /** Waits until it answers, or has died. */
    void awaitReady() {
        await("the program answers, or died: " + output())
                .atMost(START_LIMIT)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> !isAlive() || api.isReady());
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** SIGKILL. Returns once it is gone. */
    void kill() throws InterruptedException {
        running().descendants().forEach(ProcessHandle::destroyForcibly);
        running().destroyForcibly().waitFor();
    }

    /** SIGTERM. Returns the exit code. */
    int stop(Duration limit) throws InterruptedException {
        running().destroy();
        if (!running().waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("SIGTERM did not end it within " + limit);
        }
        return running().exitValue();
    }

    boolean awaitDeath(Duration limit) throws InterruptedException {
        return running().waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    int exitCode() {
        return running().exitValue();
    }

    /** Runs {@code bin/ordersystem audit} on the stopped program's data. */
    Audit audit() throws InterruptedException {
        return report("audit");
    }

    /** Runs a command to its end, with the program's settings. */
    Audit report(String... command) throws InterruptedException {
        say("==== " + String.join(" ", command));
        Path report = home.resolve(command[0] + ".txt");
        Process process = command("", ProcessBuilder.Redirect.to(report.toFile()), command);
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError(command[0] + " does not end");
        }
        try {
            return new Audit(process.exitValue(), Files.readString(report));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    record Audit(int exitCode, String report) {}

    Path output() {
        return home.resolve("output.txt");
    }

    private List<String> tail(int count) {
        try {
            List<String> lines = Files.readAllLines(output());
            return lines.subList(Math.max(0, lines.size() - count), lines.size());
        } catch (IOException e) {
            return List.of("no output: " + e);
        }
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException("never started");
        }
        return process;
    }

    private Process command(String javaOptions, ProcessBuilder.Redirect out, String... command) {
        List<String> line = new ArrayList<>(List.of(command));
        line.add(0, installation.resolve("bin/ordersystem").toString());
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.directory(home.toFile()).redirectErrorStream(true).redirectOutput(out);
        builder.environment().putAll(environment);
        builder.environment().put("JAVA_OPTS", jvm + javaOptions);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void say(String line) {
        try {
            Files.writeString(output(), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void deleteTree(Path root) throws IOException {
        if (Files.exists(root)) {
            try (Stream<Path> all = Files.walk(root)) {
                for (Path each : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.delete(each);
                }
            }
        }
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Path target = to.resolve(from.relativize(each).toString());
                if (Files.isDirectory(each)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(each, target);
                }
            }
        }
    }
}
