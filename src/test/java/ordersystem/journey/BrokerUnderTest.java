package ordersystem.journey;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import ordersystem.Ports;
import org.jspecify.annotations.Nullable;

/**
 * An external broker in a JVM of its own, set by the file of the examples, on a folder and a port that outlive its deaths. One
 * thread starts and kills it.
 */
final class BrokerUnderTest implements AutoCloseable {

    enum Kind {
        CLASSIC("activemq.xml"),
        ARTEMIS("broker.xml");

        private final String file;

        Kind(String file) {
            this.file = file;
        }

        private String folder() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** As the documentation tells users to set it. */
        Path example() {
            return Path.of("examples/brokers").resolve(folder()).resolve(file).toAbsolutePath();
        }
    }

    static final String USER = "orders";
    static final String PASSWORD = "s3cret";

    private static final Path PROGRAMS = Path.of("src/test/brokers").toAbsolutePath();
    private static final Map<Kind, Path> FETCHED = new EnumMap<>(Kind.class);
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Path data;
    private final Path configuration;
    private final Path jars;
    private final int port = Ports.free();
    private @Nullable Process process;

    /** @param data where it keeps what it keeps; two brokers on one folder are a pair */
    BrokerUnderTest(Kind kind, Path configuration, Path data) throws Exception {
        this.data = data;
        this.configuration = configuration;
        this.jars = program(kind);
    }

    BrokerUnderTest(Kind kind, Path data) throws Exception {
        this(kind, kind.example(), data);
    }

    /** Fetched and compiled once. */
    private static synchronized Path program(Kind kind) throws Exception {
        Path known = FETCHED.get(kind);
        if (known != null) {
            return known;
        }
        Path source = PROGRAMS.resolve(kind.folder());
        Path jars = OtherJvm.jars(source);
        OtherJvm.run(List.of(
                OtherJvm.jdk("javac"),
                "-d",
                jars.toString(),
                "-cp",
                jars + "/*",
                source.resolve("Broker.java").toString()));
        FETCHED.put(kind, jars);
        return jars;
    }

    int port() {
        return port;
    }

    String url() {
        return "tcp://127.0.0.1:" + port;
    }

    /** Returns once it takes connections. */
    void start() throws IOException {
        launch();
        awaitOpen();
    }

    /** Returns at once. */
    void launch() throws IOException {
        Files.createDirectories(data);
        process = new ProcessBuilder(
                        OtherJvm.jdk("java"),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "-Dactivemq.data=" + data,
                        "-Dactivemq.port=" + port,
                        "-Dartemis.data=" + data,
                        "-Dartemis.port=" + port,
                        "-Dorders.password=" + PASSWORD,
                        "-cp",
                        jars + ":" + jars + "/*",
                        "Broker",
                        configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        data.resolveSibling("broker-" + port + ".txt").toFile()))
                .start();
    }

    void awaitOpen() {
        await("the broker takes connections, or died: " + data.resolveSibling("broker-" + port + ".txt"))
                .atMost(START_LIMIT)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> isOpen() || (process != null && !process.isAlive()));
        if (!isOpen()) {
            throw new AssertionError("the broker died: " + data.resolveSibling("broker-" + port + ".txt"));
        }
    }

    boolean isOpen() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** SIGKILL. Returns once it is gone. */
    void kill() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
