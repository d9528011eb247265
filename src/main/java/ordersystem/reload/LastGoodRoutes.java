package ordersystem.reload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sets of route files that ran, in the data folder: a folder a version, and a file {@code running} that names the one
 * that ran last. Whenever the process dies, that file names a version that is there and whole. Used by one thread at a time.
 */
final class LastGoodRoutes {

    /** Versions kept; older ones go. */
    private static final int MOST = 50;

    private static final String ROLLBACK = "rollback";
    private static final String ABOUT = "about.json";
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);
    private static final JsonMapper JSON = new JsonMapper();
    private static final Logger LOG = LoggerFactory.getLogger(LastGoodRoutes.class);

    private final Path folder;
    private final Path pointer;

    /** @param folder made when it is needed */
    LastGoodRoutes(Path folder) {
        this.folder = folder;
        this.pointer = folder.resolve("running");
    }

    /**
     * Keeps files that run now. What runs already is not kept again.
     *
     * @return its version
     */
    String keep(RouteFiles files, Instant at, String by, List<String> changed) {
        String before = pointed();
        if (before != null && before.endsWith(files.digest()) && read(before).isPresent()) {
            return before;
        }
        String version = NAME.format(at) + "-" + files.digest();
        try {
            Files.createDirectories(folder);
            Path half = folder.resolve(".half");
            delete(half);
            Files.createDirectories(half);
            for (Map.Entry<String, byte[]> file : files.all().entrySet()) {
                Files.write(half.resolve(file.getKey()), file.getValue());
            }
            JSON.writeValue(half.resolve(ABOUT).toFile(), Map.of("at", at.toString(), "by", by, "changed", changed));
            delete(folder.resolve(version));
            Files.move(half, folder.resolve(version), StandardCopyOption.ATOMIC_MOVE);
            replace(pointer, version.getBytes(StandardCharsets.UTF_8));
            List<Path> versions = versions();
            for (Path old : versions.subList(Math.min(MOST, versions.size()), versions.size())) {
                delete(old);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the routes run, and are not kept for a restart: " + e, e);
        }
        return version;
    }

    /** The ones that ran last; those before where they are not whole. */
    Optional<RouteFiles> last() {
        String version = pointed();
        Optional<RouteFiles> files = version == null ? Optional.empty() : read(version);
        if (files.isPresent()) {
            return files;
        }
        return versions().stream()
                .flatMap(one -> read(String.valueOf(one.getFileName())).stream())
                .findFirst();
    }

    /** Empty where there is no such version, or not all of it. */
    Optional<RouteFiles> read(String version) {
        if (!version.matches("[0-9a-f-]+")) {
            return Optional.empty();
        }
        SortedMap<String, byte[]> files = new TreeMap<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder.resolve(version))) {
            for (Path file : all) {
                String name = String.valueOf(file.getFileName());
                if (RouteFiles.isRouteFile(name)) {
                    files.put(name, Files.readAllBytes(file));
                }
            }
        } catch (IOException e) {
            return Optional.empty();
        }
        RouteFiles found = new RouteFiles(files);
        return version.endsWith(found.digest()) ? Optional.of(found) : Optional.empty();
    }

    /** The latest first. */
    List<KeptVersion> history() {
        String running = pointed();
        List<KeptVersion> history = new ArrayList<>();
        for (Path version : versions()) {
            try {
                JsonNode about = JSON.readTree(version.resolve(ABOUT).toFile());
                List<String> changed = new ArrayList<>();
                about.path("changed").forEach(name -> changed.add(name.asText()));
                String name = String.valueOf(version.getFileName());
                history.add(new KeptVersion(
                        name, about.path("at").asText(), about.path("by").asText(), changed, name.equals(running)));
            } catch (IOException e) {
                LOG.warn("{} cannot be read: {}", version, e.toString());
            }
        }
        return history;
    }

    /** Notes that a version is being put back into the routes folder. */
    void begin(String version) throws IOException {
        replace(folder.resolve(ROLLBACK), version.getBytes(StandardCharsets.UTF_8));
    }

    /** The version is back in the folder. */
    void finished() throws IOException {
        Files.deleteIfExists(folder.resolve(ROLLBACK));
    }

    /** The version that was being put back when the process died. */
    Optional<RouteFiles> begun() {
        try {
            return read(Files.readString(folder.resolve(ROLLBACK)).strip());
        } catch (IOException none) {
            return Optional.empty();
        }
    }

    /** Puts files away that a rollback overwrites; they may never have run. */
    void putAway(RouteFiles files, Instant at) throws IOException {
        Path away = folder.resolve("replaced").resolve(NAME.format(at));
        Files.createDirectories(away);
        for (Map.Entry<String, byte[]> file : files.all().entrySet()) {
            Files.write(away.resolve(file.getKey()), file.getValue());
        }
    }

    /** A file as it was or as it is to be, whenever the process dies. */
    static void replace(Path file, byte[] bytes) throws IOException {
        Path half = file.resolveSibling("." + file.getFileName() + ".half");
        Files.write(half, bytes);
        Files.move(half, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private @Nullable String pointed() {
        try {
            return Files.readString(pointer).strip();
        } catch (IOException e) {
            return null;
        }
    }

    private List<Path> versions() {
        List<Path> versions = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, "[0-9]*")) {
            all.forEach(versions::add);
        } catch (IOException e) {
            return List.of();
        }
        versions.sort(Comparator.reverseOrder());
        return versions;
    }

    private static void delete(Path tree) throws IOException {
        if (Files.isDirectory(tree)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(tree)) {
                for (Path file : files) {
                    Files.delete(file);
                }
            }
        }
        Files.deleteIfExists(tree);
    }
}
