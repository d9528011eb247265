package ordersystem;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code ordersystem prepare}: makes later starts quicker. More than half of a start is reading and checking some 20,000
 * classes; a JVM can write them to a file as they are after that, when it ends, and map the file in when it starts. So a
 * {@link Rehearsal} is run in one that does, and the file put where {@code bin/ordersystem} looks for it.
 *
 * <p>A command and not a part of the first start: writing takes seconds in which orders would wait, and who runs the program
 * need not be allowed to write into its folder.
 */
@Command(
        name = "prepare",
        description = {
            "Make later starts quicker: start once, with an order, in a temporary folder and on free ports of this machine, and keep"
                    + " the classes that this took, as Java has read them, in lib/. It takes some seconds and 80 MB.",
            "To be run once by whoever installs it, and again after a change of Java, lib/ or lib/ext/. What does not fit is not"
                    + " used."
        })
final class PrepareCommand implements Callable<Integer> {

    /** System property of the start script: the file that it looks for. */
    private static final String CLASSES = "ordersystem.classes";

    private static final long LIMIT_MINUTES = 5;

    private final Path home;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    PrepareCommand(Path home) {
        this.home = home;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        String named = System.getProperty(CLASSES);
        if (named == null) {
            throw new StartException("only an installed program can be prepared: bin/ordersystem prepare");
        }
        Path classes = Path.of(named);
        if (!Files.isWritable(classes.getParent())) {
            throw new StartException(classes.getParent() + " cannot be written; whoever installed it can prepare it");
        }
        // A JVM dies of a file that is cut off: under this name it is whole, on disk, and does not change while others
        // use it.
        Path made = classes.resolveSibling(classes.getFileName() + ".new");
        Path folder = Files.createTempDirectory("ordersystem-prepare");
        try {
            rehearse(folder, made);
            try (FileChannel written = FileChannel.open(made)) {
                written.force(true);
            }
            Files.move(made, classes, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(made);
            delete(folder);
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(classes + ", " + (Files.size(classes) >> 20) + " MB");
        out.flush();
        return 0;
    }

    private void rehearse(Path folder, Path made) throws IOException, InterruptedException {
        Path output = folder.resolve("output.txt");
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:ArchiveClassesAtExit=" + made,
                        "-Dordersystem.home=" + home,
                        "-cp",
                        jars(),
                        Rehearsal.class.getName(),
                        folder.toString()))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        // What overrides settings, and may name somebody's real ledger.
        builder.environment().keySet().removeIf(key -> key.startsWith("ORDERS_") || key.startsWith("CAMEL_"));
        Process process = builder.start();
        try {
            boolean ended = process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES);
            if (!ended || process.exitValue() != 0 || !Files.exists(made)) {
                throw new StartException("no classes were kept; starts take as long as before. What Java said:"
                        + System.lineSeparator() + Files.readString(output).strip());
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /**
     * The start script's class path, entry by entry, or the file would be refused; but for {@code config/} at its end: what may follow
     * is not asked, and a folder among what must be there is refused by Java 25.
     */
    private static String jars() {
        String all = System.getProperty("java.class.path");
        return all.substring(0, all.lastIndexOf(File.pathSeparator));
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
