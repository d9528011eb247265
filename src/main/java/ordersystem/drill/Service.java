package ordersystem.drill;

import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import ordersystem.OrderSystem;
import ordersystem.Ports;
import ordersystem.StartException;
import ordersystem.drill.baseline.SynchronousService;
import ordersystem.drill.baseline.SynchronousShop;
import org.jspecify.annotations.Nullable;

/**
 * A system under the drill, in a JVM of its own with a folder and ports of its own, and its supervisor: whoever kills it sees it
 * started again a second later. Started, killed and stopped by one thread.
 */
final class Service implements AutoCloseable {

    /** What {@code ordersystem prepare} has kept, where this JVM was started with it: for every system, too. */
    private static final List<String> KEPT_CLASSES = ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(option -> option.startsWith("-XX:SharedArchiveFile=") || option.startsWith("-Xlog:cds"))
            .toList();

    private static final Duration START_LIMIT = Duration.ofSeconds(120);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
    private static final long RESTART_SECONDS = 1;
    private static final int LINES_SHOWN = 20;

    private final String name;
    private final String settings;
    private final Path folder;
    private final List<String> command;
    private final int port;
    private final URI readyAt;
    private final int readyStatus;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(1))
            .build();
    private final Executor later = CompletableFuture.delayedExecutor(RESTART_SECONDS, TimeUnit.SECONDS);
    private final Object lock = new Object();

    /** Guarded by the lock. */
    private @Nullable Process process;

    /** Guarded by the lock. */
    private boolean supervised;

    private Service(
            String name, String settings, Path folder, List<String> command, int port, String ready, int readyStatus) {
        this.name = name;
        this.settings = settings;
        this.folder = folder;
        this.command = command;
        this.port = port;
        this.readyAt = URI.create("http://127.0.0.1:" + port + ready);
        this.readyStatus = readyStatus;
    }

    /**
     * OrderSystem with its shipped settings and the route files of an installation, but for {@code 40-fulfilment}, which is the
     * warehouse's of the examples.
     *
     * @param home of the installation
     * @param folder for its data, made if need be
     * @param jvm options of its Java
     */
    static Service orderSystem(Path home, Path folder, String warehouse, List<String> jvm) throws IOException {
        Path routes = Files.createDirectories(folder.resolve("routes"));
        copyRoutes(home.resolve("routes"), routes);
        Path fulfilment = home.resolve("examples/warehouse/40-fulfilment.camel.yaml");
        Files.copy(fulfilment, routes.resolve(fulfilment.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        int port = Ports.free();
        Path config = folder.resolve("application.properties");
        Properties own = new Properties();
        own.putAll(Map.of(
                "orders.data-dir", folder.resolve("data").toString(),
                "orders.routes-dir", routes.toString(),
                "orders.instance", "drill",
                "orders.broker.connector", "none",
                "camel.server.port", String.valueOf(port),
                "camel.management.port", String.valueOf(Ports.free()),
                "warehouse.url", warehouse));
        try (Writer writer = Files.newBufferedWriter(config)) {
            own.store(writer, null);
        }
        return new Service(
                "OrderSystem",
                "as shipped: embedded broker, embedded ledger (H2); routes of this installation, 40-fulfilment of"
                        + " examples/warehouse; " + String.join(" ", jvm),
                folder,
                java(home, jvm, OrderSystem.class, "run", "--config", config.toString()),
                port,
                "/api/stats",
                200);
    }

    /**
     * @param threads that work at the same time
     * @param jvm options of its Java
     */
    static Service synchronous(Path home, Path folder, String warehouse, int threads, List<String> jvm)
            throws IOException {
        Files.createDirectories(folder);
        int port = Ports.free();
        return new Service(
                "synchronous service",
                SynchronousService.settings(threads) + "; embedded H2, " + SynchronousService.connections(threads)
                        + " connections; " + String.join(" ", jvm),
                folder,
                java(
                        home,
                        jvm,
                        SynchronousShop.class,
                        folder.toString(),
                        String.valueOf(port),
                        String.valueOf(threads),
                        warehouse),
                port,
                "/",
                404);
    }

    private static void copyRoutes(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static List<String> java(Path home, List<String> jvm, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:+ExitOnOutOfMemoryError"); // as bin/ordersystem
        command.addAll(jvm);
        command.addAll(KEPT_CLASSES);
        command.add("-Dordersystem.home=" + home);
        command.add("-cp");
        command.add(classPath());
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return command;
    }

    /** The one that this class came from: in a clone Maven runs the program inside its own JVM, whose class path is another. */
    private static String classPath() {
        if (Service.class.getClassLoader() instanceof URLClassLoader loader) {
            return String.join(
                    File.pathSeparator,
                    Stream.of(loader.getURLs()).map(Service::path).toList());
        }
        return System.getProperty("java.class.path");
    }

    private static String path(URL url) {
        try {
            return Path.of(url.toURI()).toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("not a file: " + url, e);
        }
    }

    String name() {
        return name;
    }

    /** Every setting that matters, for the report. */
    String settings() {
        return settings;
    }

    /** Where it takes orders. */
    int port() {
        return port;
    }

    /**
     * Starts it; returns when it takes orders. From then on it is supervised.
     *
     * @param interrupted counted down where nobody waits for it any more
     * @throws InterruptedException then
     * @throws StartException where it does not start
     */
    void start(CountDownLatch interrupted) throws IOException, InterruptedException {
        Process started;
        synchronized (lock) {
            started = launch();
        }
        long end = System.nanoTime() + START_LIMIT.toNanos();
        while (!isReady()) {
            if (interrupted.await(100, TimeUnit.MILLISECONDS)) {
                throw new InterruptedException();
            }
            if (!started.isAlive() || System.nanoTime() - end > 0) {
                throw new StartException(name + " did not start: " + lastOutput());
            }
        }
        synchronized (lock) {
            supervised = true;
        }
        supervise(started);
    }

    private void supervise(Process current) {
        current.onExit()
                .thenAcceptAsync(
                        ended -> {
                            try {
                                synchronized (lock) {
                                    if (supervised) {
                                        supervise(launch());
                                    }
                                }
                            } catch (IOException e) {
                                throw new IllegalStateException(name + " cannot be started again", e);
                            }
                        },
                        later);
    }

    /** Called with the lock held. */
    private Process launch() throws IOException {
        Process launched = process(command, ProcessBuilder.Redirect.appendTo(output().toFile()));
        process = launched;
        return launched;
    }

    private static Process process(List<String> command, ProcessBuilder.Redirect output) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output);
        // What overrides settings, and may name somebody's real ledger.
        builder.environment().keySet().removeIf(key -> key.startsWith("ORDERS_") || key.startsWith("CAMEL_"));
        return builder.start();
    }

    private boolean isReady() throws InterruptedException {
        try {
            HttpRequest look = HttpRequest.newBuilder(readyAt)
                    .timeout(Duration.ofSeconds(2))
                    .build();
            return http.send(look, HttpResponse.BodyHandlers.discarding()).statusCode() == readyStatus;
        } catch (IOException e) {
            return false; // not there yet
        }
    }

    /** SIGKILL. The supervisor starts it again. */
    void kill() {
        synchronized (lock) {
            if (process != null) {
                process.destroyForcibly();
            }
        }
    }

    /** Resident memory in MB; empty while it is away, and where the system does not tell. */
    OptionalDouble memory() {
        Process current;
        synchronized (lock) {
            current = process;
        }
        if (current == null) {
            return OptionalDouble.empty();
        }
        try (Stream<String> status = Files.lines(Path.of("/proc", String.valueOf(current.pid()), "status"))) {
            return status.filter(line -> line.startsWith("VmRSS:"))
                    .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024.0)
                    .findFirst();
        } catch (IOException | RuntimeException e) {
            return OptionalDouble.empty();
        }
    }

    /** SIGTERM, so that it can finish what it has in hand; SIGKILL where that takes too long. */
    void stop() throws InterruptedException {
        Process current;
        synchronized (lock) {
            supervised = false;
            current = process;
        }
        if (current != null) {
            current.destroy();
            if (!current.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                current.destroyForcibly().waitFor();
            }
        }
    }

    /** Of {@code ordersystem audit} on the stopped system's data. */
    Audit audit(Path home) throws IOException, InterruptedException {
        Path report = folder.resolve("audit.txt");
        String config = folder.resolve("application.properties").toString();
        Process audit = process(
                java(home, List.of("-Xmx512m"), OrderSystem.class, "audit", "--config", config),
                ProcessBuilder.Redirect.to(report.toFile()));
        try {
            if (!audit.waitFor(10, TimeUnit.MINUTES)) {
                throw new IllegalStateException("the audit does not end: " + report);
            }
            return new Audit(audit.exitValue() == 0, Files.readString(report).strip());
        } finally {
            audit.destroyForcibly();
        }
    }

    private Path output() {
        return folder.resolve("output.txt");
    }

    private String lastOutput() throws IOException {
        List<String> lines = Files.readAllLines(output());
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size()));
    }

    /** Ends it at once, if it still runs; returns when it has. */
    @Override
    public void close() {
        synchronized (lock) {
            supervised = false;
            if (process != null) {
                process.destroyForcibly().onExit().join();
            }
        }
    }
}
