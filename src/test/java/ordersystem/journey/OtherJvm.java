package ordersystem.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs with jars of their own, which would not agree with those of this class path. */
final class OtherJvm {

    private OtherJvm() {}

    /** The program {@code name} of this JVM's JDK. */
    static String jdk(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    /** Fetches what the pom in a folder below {@code src/test} names; returns the folder with the jars. */
    static Path jars(Path folder) throws Exception {
        Path jars = Path.of("target")
                .resolve(Path.of("src/test").toAbsolutePath().relativize(folder))
                .toAbsolutePath();
        Files.createDirectories(jars);
        List<String> fetch = new ArrayList<>(List.of(
                System.getProperty("maven.home") + "/bin/mvn",
                "-q",
                "-f",
                folder.resolve("pom.xml").toString(),
                "dependency:copy-dependencies",
                "-DoutputDirectory=" + jars));
        if (System.getProperty("maven.settings", "").contains("offline=true")) {
            fetch.add("-o");
        }
        run(fetch);
        return jars;
    }

    /** What a program prints; it must end well. */
    static String run(List<String> command) throws Exception {
        Path output = Files.createTempFile("run", ".txt");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            try {
                assertThat(process.waitFor(5, TimeUnit.MINUTES))
                        .as(command.toString())
                        .isTrue();
            } finally {
                process.destroyForcibly();
            }
            String text = Files.readString(output);
            assertThat(process.exitValue()).as("%s: %s", command, text).isZero();
            return text;
        } finally {
            Files.delete(output);
        }
    }
}
