package ordersystem.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import ordersystem.Ports;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The zip as people install it, run as a service by a user without rights, by hand: a shell does what systemd does for
 * {@code packaging/ordersystem.service}. It is killed, and comes back with its orders. Started by root, the test becomes
 * {@code nobody} for it; by somebody else, it stays who it is.
 */
class ServiceIT {

    private static final Path ZIP = Path.of("target/ordersystem.zip");
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int ORDERS = 200;
    private static final String NOBODY = "65534";

    private final int port = Ports.free();
    private final int managementPort = Ports.free();
    private final int brokerPort = Ports.free();
    private final Api api = new Api(port, managementPort);

    @TempDir
    private Path folder;

    private @Nullable Process service;

    @BeforeEach
    void anEmptyFolder() throws Exception {
        assumeTrue(Files.exists(ZIP), "skipped: there is no " + ZIP);
        assumeTrue(hasCommands("unzip", "setpriv"), "skipped: unzip or setpriv is not on this machine");
        Files.copy(ZIP, folder.resolve("ordersystem.zip"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void stopIt() throws Exception {
        if (service != null) {
            service.destroyForcibly().waitFor(); // first: it would start the program again
        }
        for (Path data : List.of(folder.resolve("home/ordersystem/data"), folder.resolve("var"))) {
            if (Files.exists(data.resolve("lock"))) {
                ProcessHandle.of(pid(data)).ifPresent(ServiceIT::stop);
            }
        }
    }

    @Test
    void unpackedInAnEmptyFolderOfSomebodyWithoutRightsItRunsAndComesBackWhenItIsKilled() throws Exception {
        Path home = Files.createDirectory(folder.resolve("home"));
        give(home);
        run(asNobody("unzip", "-q", folder.resolve("ordersystem.zip").toString(), "-d", home.toString()));
        Path data = home.resolve("ordersystem/data");

        serve("cd " + home + "/ordersystem; while :; do bin/ordersystem run; sleep 2; done");

        comesBackWithAllOrders(data);
    }

    /** All of it but the sandbox: what may be written is the data folder, and where route files are edited. */
    @Test
    void asTheUnitSaysItRunsFromAFolderThatItCannotWriteTo() throws Exception {
        Path opt = folder.resolve("opt");
        run(List.of("unzip", "-q", folder.resolve("ordersystem.zip").toString(), "-d", opt.toString()));
        Path home = opt.resolve("ordersystem");
        run(List.of(home.resolve("bin/ordersystem").toString(), "prepare"));
        Path etc = Files.createDirectory(folder.resolve("etc"));
        Files.createDirectory(etc.resolve("routes"));
        Files.copy(home.resolve("config/application.properties"), etc.resolve("application.properties"));
        try (Stream<Path> routes = Files.list(home.resolve("routes"))) {
            for (Path file : routes.toList()) {
                Files.copy(file, etc.resolve("routes").resolve(file.getFileName()));
            }
        }
        Path data = Files.createDirectory(
                folder.resolve("var"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        give(etc);
        give(data);
        run(List.of("chmod", "-R", "a-w", opt.toString()));
        Set<String> before = names(opt);

        serve(ofTheUnit(home, etc, data));

        comesBackWithAllOrders(data);
        assertThat(names(opt)).as("nothing was written there").isEqualTo(before);
        try (Stream<Path> files = Files.walk(data)) {
            assertThat(files.filter(file -> !permissions(file).endsWith("------")))
                    .as("nobody else can read it")
                    .isEmpty();
        }
    }

    /** Its environment, its umask, its command, and started again as often as it ends, but for a wrong command line. */
    private static String ofTheUnit(Path home, Path etc, Path data) throws IOException {
        List<String> script = new ArrayList<>(List.of("cd /"));
        String command = "";
        for (String line : Files.readAllLines(home.resolve("packaging/ordersystem.service"))) {
            String here = line.replace("/opt/ordersystem", home.toString())
                    .replace("/etc/ordersystem", etc.toString())
                    .replace("/var/lib/ordersystem", data.toString());
            if (here.startsWith("Environment=")) {
                script.add("export " + here.substring("Environment=".length()));
            } else if (here.startsWith("UMask=")) {
                script.add("umask " + here.substring("UMask=".length()));
            } else if (here.startsWith("ExecStart=")) {
                command = here.substring("ExecStart=".length());
            }
        }
        assertThat(command).contains(" run ");
        script.add("while :; do " + command + "; [ $? -ne 2 ] || exit 2; sleep 2; done");
        return String.join("; ", script);
    }

    private void comesBackWithAllOrders(Path data) throws Exception {
        await("the service is there: " + folder.resolve("output.txt"))
                .atMost(LIMIT)
                .until(api::isReady);
        long first = pid(data);
        Set<String> accepted = new TreeSet<>();
        for (int i = 0; i < ORDERS; i++) {
            if (i == ORDERS / 2) {
                ProcessHandle.of(first).orElseThrow().destroyForcibly();
            }
            String id = "S-" + i;
            byte[] order = SteadyLoad.order(id, i % 10 == 0).getBytes(UTF_8);
            // As a customer does it: again until it is accepted.
            await(id).atMost(LIMIT).pollInterval(Duration.ofMillis(20)).until(() -> isAccepted(order));
            accepted.add(id);
        }

        assertThat(pid(data)).as("another process").isNotEqualTo(first);
        for (String id : accepted) {
            await(id).atMost(LIMIT).until(() -> api.order(id).body().contains("\"PROCESSED\""));
        }
        assertThat(api.stats().orElseThrow().path("received").asInt()).isEqualTo(ORDERS);
        assertThat(ProcessHandle.of(pid(data)).flatMap(process -> process.info().user()))
                .as("who it runs as")
                .get()
                .isNotEqualTo("root");
    }

    private boolean isAccepted(byte[] order) throws InterruptedException {
        try {
            return api.post(order).status() == 202;
        } catch (IOException notThere) {
            return false;
        }
    }

    private void serve(String script) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(asNobody("sh", "-c", script))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output.txt").toFile());
        builder.environment().keySet().retainAll(Set.of("PATH", "JAVA_HOME"));
        builder.environment()
                .putAll(Map.of(
                        "CAMEL_SERVER_PORT", Integer.toString(port),
                        "CAMEL_MANAGEMENT_PORT", Integer.toString(managementPort),
                        "ORDERS_BROKER_CONNECTOR", "tcp://127.0.0.1:" + brokerPort));
        service = builder.start();
    }

    private static long pid(Path data) throws IOException {
        return Long.parseLong(Files.readString(data.resolve("lock")).strip());
    }

    private static void stop(ProcessHandle process) {
        process.destroy();
        await("it stops").atMost(LIMIT).until(() -> !process.isAlive());
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private static List<String> asNobody(String... command) {
        List<String> line = new ArrayList<>();
        if (isRoot()) {
            line.addAll(
                    List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups", "--no-new-privs"));
        }
        line.addAll(List.of(command));
        return line;
    }

    private static void give(Path path) throws Exception {
        if (isRoot()) {
            run(List.of("chown", "-R", NOBODY + ":" + NOBODY, path.toString()));
        }
    }

    private static Set<String> names(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            Set<String> names = new TreeSet<>();
            for (Path each : all.toList()) {
                names.add(each + " " + Files.getLastModifiedTime(each));
            }
            return names;
        }
    }

    private static String permissions(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        } catch (IOException goneMeanwhile) {
            return "---------";
        }
    }

    private static boolean hasCommands(String... commands) throws Exception {
        for (String command : commands) {
            Process look = new ProcessBuilder("sh", "-c", "command -v " + command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (look.waitFor() != 0) {
                return false;
            }
        }
        return true;
    }

    private static void run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as("%s: %s", command, printed).isZero();
    }
}
