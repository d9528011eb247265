package ordersystem.reload;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The folder that people edit: what is in it, who changed it, and a version put back into it. Thread-safe. */
final class RoutesFolder {

    private static final Logger LOG = LoggerFactory.getLogger(RoutesFolder.class);

    private final Path path;
    private final LastGoodRoutes kept;

    private volatile @Nullable Rollback rollback;

    /** Who put which files into the folder. */
    private record Rollback(RouteFiles files, String by) {}

    /** What was found: files, or why there are none. */
    record Reading(@Nullable RouteFiles files, List<RouteError> errors) {}

    RoutesFolder(Path path, LastGoodRoutes kept) {
        this.path = path;
        this.kept = kept;
    }

    Path path() {
        return path;
    }

    /** Not in the middle of a rollback, which writes several files. */
    synchronized Reading read() {
        try {
            return new Reading(RouteFiles.read(path), List.of());
        } catch (RoutesRefusedException e) {
            return new Reading(null, e.errors());
        }
    }

    /** Who made these files of those that ran: whoever rolled back, else the owner of what changed. */
    String editor(RouteFiles files, List<String> changed) {
        Rollback back = rollback;
        return back != null && back.files().equals(files) ? back.by() : owner(changed);
    }

    /** Of the file that changed last, or of the folder. */
    String owner(List<String> changed) {
        Path latest = path;
        long modified = Long.MIN_VALUE;
        for (String name : changed) {
            Path file = path.resolve(name);
            try {
                long millis = Files.getLastModifiedTime(file).toMillis();
                if (millis > modified) {
                    modified = millis;
                    latest = file;
                }
            } catch (IOException gone) {
                continue;
            }
        }
        try {
            return Files.getOwner(latest).getName();
        } catch (IOException | UnsupportedOperationException e) {
            return "unknown";
        }
    }

    /**
     * Puts a version that ran back; what is in the folder now is put away.
     *
     * @param by who wants it
     * @throws IllegalArgumentException where there is no such version
     */
    synchronized void rollback(String version, String by, Instant now) {
        RouteFiles files = kept.read(version)
                .orElseThrow(() -> new IllegalArgumentException(
                        "version: there is no '" + version + "'; the history names those that there are"));
        try {
            RouteFiles there = read().files();
            if (there != null && !there.equals(files)) {
                kept.putAway(there, now);
            }
            rollback = new Rollback(files, by);
            kept.begin(version);
            restore(files);
            kept.finished();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    path + " cannot be written: " + e + "; put the files of " + version + " back by hand", e);
        }
        LOG.info("{} puts routes {} back into {}", by, version, path);
    }

    /** Where the process died in the middle of a rollback, the folder may have some files of each. */
    void finishRollback() throws IOException {
        RouteFiles files = kept.begun().orElse(null);
        if (files != null) {
            LOG.warn("A rollback that was interrupted is finished: {}", path);
            restore(files);
            kept.finished();
        }
    }

    private void restore(RouteFiles files) throws IOException {
        Files.createDirectories(path);
        for (Map.Entry<String, byte[]> file : files.all().entrySet()) {
            LastGoodRoutes.replace(path.resolve(file.getKey()), file.getValue());
        }
        try (Stream<Path> all = Files.list(path)) {
            for (Path file : all.toList()) {
                String name = String.valueOf(file.getFileName());
                if (RouteFiles.isRouteFile(name) && !files.all().containsKey(name)) {
                    Files.delete(file);
                }
            }
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
