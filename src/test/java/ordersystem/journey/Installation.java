package ordersystem.journey;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The packaged program in a folder of a test's own, where the test may change it as a user would. */
final class Installation {

    private static final Path PACKAGED = Path.of(System.getProperty("ordersystem.packaged", "target/ordersystem"))
            .toAbsolutePath();

    private final Path home;

    /** Copies the program; the jars of lib/ are linked, because they are many. */
    Installation(String name) throws IOException {
        home = Path.of("target", "journey", name).toAbsolutePath();
        ProgramUnderTest.deleteTree(home);
        Files.createDirectories(home);
        try (Stream<Path> all = Files.walk(PACKAGED)) {
            for (Path each : all.sorted().toList()) {
                Path relative = PACKAGED.relativize(each);
                Path target = home.resolve(relative.toString());
                if (Files.isDirectory(each)) {
                    Files.createDirectories(target);
                } else if (each.toString().endsWith(".jar")) {
                    Files.createSymbolicLink(target, each);
                } else if (!relative.startsWith("data") && !each.toString().endsWith(".jsa")) {
                    Files.copy(each, target, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    Path home() {
        return home;
    }

    /** Runs a command in the installation's folder to its end; the output goes to a file beside it. */
    void run(List<String> command) throws InterruptedException {
        Path output = home.resolve("command.txt");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(home.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(5, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new AssertionError(command + " does not end; " + output);
            }
            if (process.exitValue() != 0) {
                throw new AssertionError(
                        command + " ended with " + process.exitValue() + ":\n" + Files.readString(output));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String output() throws IOException {
        return Files.readString(home.resolve("command.txt"));
    }
}
