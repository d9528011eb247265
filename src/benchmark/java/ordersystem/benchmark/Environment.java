package ordersystem.benchmark;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import ordersystem.OrderSystem;
import org.apache.activemq.ActiveMQConnectionMetaData;
import org.apache.camel.CamelContext;

/** What a run ran on: machine, versions, and what its disk can do. */
final class Environment {

    private Environment() {}

    /** @param folder on the disk that is measured with */
    static Map<String, String> describe(Lab lab, Path folder)
            throws IOException, SQLException, InterruptedException, ExecutionException {
        OperatingSystemMXBean machine = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        Map<String, String> found = new LinkedHashMap<>();
        found.put("cores", String.valueOf(machine.getAvailableProcessors()));
        found.put("memory", "%.1f GB".formatted(machine.getTotalMemorySize() / (double) (1 << 30)));
        found.put("processor", processor());
        found.put("operating system", machine.getName() + " " + machine.getVersion() + ", " + machine.getArch());
        found.put("file system", Files.getFileStore(folder).type());
        found.put("fdatasync, 1 thread", "%,.0f a second".formatted(DiskSyncs.perSecond(folder, 1)));
        found.put("fdatasync, 16 threads", "%,.0f a second".formatted(DiskSyncs.perSecond(folder, 16)));
        found.put("Java", System.getProperty("java.vm.name") + " " + Runtime.version());
        found.put("JVM options of each system", String.join(" ", lab.jvm()) + ", unless its row says otherwise");
        found.put("OrderSystem", version());
        found.put("commit", commit());
        found.put("Apache Camel", camel());
        found.put("ActiveMQ", ActiveMQConnectionMetaData.PROVIDER_VERSION);
        found.put("PostgreSQL", lab.postgresVersion() + "; " + Lab.POSTGRES);
        return found;
    }

    private static String processor() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElse("not known");
        } catch (IOException e) {
            return "not known"; // not a Linux
        }
    }

    private static String version() throws IOException {
        Properties version = new Properties();
        try (InputStream in =
                Objects.requireNonNull(OrderSystem.class.getResourceAsStream("version.properties"), "no version")) {
            version.load(in);
        }
        return version.getProperty("version");
    }

    /** With a plus sign where files differ from it. */
    private static String commit() throws InterruptedException {
        try {
            Process git = new ProcessBuilder("git", "describe", "--always", "--dirty=+", "--exclude=*")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String answer = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return git.waitFor() == 0 ? answer : "not known";
        } catch (IOException e) {
            return "not known"; // no git
        }
    }

    private static String camel() {
        return Objects.requireNonNullElse(CamelContext.class.getPackage().getImplementationVersion(), "not known");
    }
}
