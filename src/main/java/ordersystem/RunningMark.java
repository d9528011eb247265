package ordersystem;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file in the data folder that is there while the program runs. Found at a start, it says that the last run did not end
 * by a clean stop. Used by {@link OrderSystem} only.
 */
final class RunningMark {

    private final Path file;
    private final boolean found;

    private RunningMark(Path file, boolean found) {
        this.file = file;
        this.found = found;
    }

    /** Sets it, before anything is handled. A power cut may undo that, and costs a death more. */
    static RunningMark set(Path dataFolder) {
        Path file = dataFolder.resolve("running");
        boolean found = Files.exists(file);
        try {
            Files.createDirectories(dataFolder);
            Files.write(file, new byte[0], StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new RunningMark(file, found);
    }

    /** Whether it was there already. */
    boolean found() {
        return found;
    }

    /** A clean stop. */
    void remove() throws IOException {
        Files.deleteIfExists(file);
    }
}
