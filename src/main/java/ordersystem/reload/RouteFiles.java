package ordersystem.reload;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The route files of a folder as they were at one moment, read once: what is checked, applied and kept are these bytes.
 * Immutable, but for the bytes, which nobody changes.
 */
public final class RouteFiles {

    /** Of one file, in bytes: some thousand lines, and less than what takes long to parse. */
    static final int MAX_BYTES = 256 * 1024;

    static final int MAX_FILES = 500;

    static final String YAML = ".camel.yaml";
    static final String XML = ".camel.xml";

    private final SortedMap<String, byte[]> files;

    RouteFiles(SortedMap<String, byte[]> files) {
        this.files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }

    /** Whether a file of this name is a route file; what editors put beside one is not. */
    static boolean isRouteFile(String name) {
        return (name.endsWith(YAML) || name.endsWith(XML)) && !name.startsWith(".") && !name.startsWith("#");
    }

    /**
     * Reads a folder.
     *
     * @throws RoutesRefusedException where the folder or a file of it cannot be read, or is too large
     */
    public static RouteFiles read(Path folder) throws RoutesRefusedException {
        List<RouteError> errors = new ArrayList<>();
        SortedMap<String, byte[]> files = new TreeMap<>();
        for (Path file : list(folder)) {
            String name = String.valueOf(file.getFileName());
            try (InputStream in = Files.newInputStream(file)) {
                byte[] bytes = in.readNBytes(MAX_BYTES + 1);
                if (bytes.length > MAX_BYTES) {
                    errors.add(RouteError.ofFile(
                            name,
                            "larger than " + MAX_BYTES / 1024 + " KB, the most that a route file may have; split it"));
                }
                files.put(name, bytes);
            } catch (NoSuchFileException e) {
                // Taken away between the listing and now: the next look finds it so.
                continue;
            } catch (AccessDeniedException e) {
                errors.add(RouteError.ofFile(
                        name,
                        "cannot be read: no permission; let user " + System.getProperty("user.name") + " read it"));
            } catch (IOException e) {
                errors.add(RouteError.ofFile(name, "cannot be read: " + e));
            }
        }
        if (files.isEmpty() && errors.isEmpty()) {
            errors.add(
                    RouteError.ofFile("", folder + " has no route files (*" + YAML + ", *" + XML + "); put them back"));
        }
        if (files.size() > MAX_FILES) {
            errors.add(RouteError.ofFile("", folder + " has more than " + MAX_FILES + " route files"));
        }
        if (!errors.isEmpty()) {
            throw new RoutesRefusedException(errors);
        }
        return new RouteFiles(files);
    }

    private static List<Path> list(Path folder) throws RoutesRefusedException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(
                folder, file -> isRouteFile(String.valueOf(file.getFileName())) && !Files.isDirectory(file))) {
            found.forEach(files::add);
        } catch (NoSuchFileException e) {
            throw new RoutesRefusedException(
                    RouteError.ofFile("", folder + " is not there; put the folder of the route files back"));
        } catch (AccessDeniedException e) {
            throw new RoutesRefusedException(RouteError.ofFile(
                    "",
                    folder + " cannot be read: no permission; let user " + System.getProperty("user.name")
                            + " read it"));
        } catch (IOException | DirectoryIteratorException e) {
            throw new RoutesRefusedException(RouteError.ofFile("", folder + " cannot be read: " + e));
        }
        Collections.sort(files);
        return files;
    }

    /** By name, in the order in which they are loaded. */
    SortedMap<String, byte[]> all() {
        return files;
    }

    int count() {
        return files.size();
    }

    /** The names of what differs from other files: changed, new or gone. */
    List<String> differencesFrom(RouteFiles others) {
        TreeSet<String> names = new TreeSet<>(files.keySet());
        names.addAll(others.files.keySet());
        names.removeIf(name -> Arrays.equals(files.get(name), others.files.get(name)));
        return List.copyOf(names);
    }

    /** Whether others have a file that is not here: one that is taken away may be on its way back, as some editors write. */
    boolean lacksSomeOf(RouteFiles others) {
        return !files.keySet().containsAll(others.files.keySet());
    }

    /** A short name for these bytes, 12 hexadecimal digits of their SHA-256. */
    String digest() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            files.forEach((name, bytes) -> {
                digest.update((name + "\n" + bytes.length + "\n").getBytes(StandardCharsets.UTF_8));
                digest.update(bytes);
            });
            return HexFormat.of().formatHex(digest.digest()).substring(0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RouteFiles those && differencesFrom(those).isEmpty();
    }

    @Override
    public int hashCode() {
        return files.keySet().hashCode();
    }
}
