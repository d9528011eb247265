package ordersystem.access;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that says who may do what, a line each; blank lines and those that begin with # say nothing. Read again when it has
 * changed; a change with a mistake in it is told in the log, and what was there before goes on holding. Thread-safe.
 *
 * @param <T> what the lines make; not changed any more once they are read
 */
final class AccessFile<T> {

    private static final Logger LOG = LoggerFactory.getLogger(AccessFile.class);

    private record Read<T>(T content, FileTime modified) {}

    private final Path file;
    private final String setting;
    private final String command;
    private final Supplier<T> empty;
    private final BiConsumer<T, String> add;
    private volatile Read<T> read;

    /**
     * Reads it.
     *
     * @param setting that names the file
     * @param command of OrderSystem that makes a line for it
     * @param empty makes what holds no line yet
     * @param add puts a line in; throws IllegalArgumentException with what is wrong with it, and never with the line, which
     *     may hold a password
     * @throws IllegalArgumentException with file, line and what to do, where it cannot be read, has a mistake, or no line
     */
    AccessFile(Path file, String setting, String command, Supplier<T> empty, BiConsumer<T, String> add) {
        this.file = file;
        this.setting = setting;
        this.command = command;
        this.empty = empty;
        this.add = add;
        this.read = read();
    }

    /** What it says now. */
    T content() {
        Read<T> now = read;
        FileTime modified = modified(now.modified());
        return modified.equals(now.modified()) ? now.content() : readAgain(modified);
    }

    private synchronized T readAgain(FileTime modified) {
        if (modified.equals(read.modified())) {
            return read.content(); // by another thread, meanwhile
        }
        try {
            read = read();
            LOG.info("{} was read again", file);
        } catch (IllegalArgumentException e) {
            LOG.error("What {} said before goes on holding: {}", file, e.getMessage());
            read = new Read<>(read.content(), modified);
        }
        return read.content();
    }

    /** A file that is being replaced, or stays away, has not changed. */
    private FileTime modified(FileTime otherwise) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return otherwise;
        }
    }

    private Read<T> read() {
        List<String> lines;
        FileTime modified;
        try {
            modified = Files.getLastModifiedTime(file);
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    setting + ": " + file + " cannot be read ("
                            + e.getClass().getSimpleName()
                            + "); make it with '" + command + "', or empty the setting",
                    e);
        }
        T content = empty.get();
        boolean nobody = true;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            try {
                add.accept(content, line);
                nobody = false;
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(file + ":" + (i + 1) + ": " + e.getMessage(), e);
            }
        }
        if (nobody) {
            throw new IllegalArgumentException(file + ": nobody could come in; '" + command + "' makes a line for it");
        }
        return new Read<>(content, modified);
    }
}
