package ordersystem.reload;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import ordersystem.OrderSystem;
import ordersystem.Settings;

/** The shipped route files, to be edited in memory, and the check of the installed program. */
final class ShippedRoutes {

    static final RouteCheck CHECK =
            OrderSystem.routeCheck(Settings.load(Path.of("").toAbsolutePath(), null, Map.of()));

    private final SortedMap<String, byte[]> files = new TreeMap<>();

    ShippedRoutes() {
        try {
            files.putAll(RouteFiles.read(Path.of("routes")).all());
        } catch (RoutesRefusedException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    String text(String file) {
        return new String(Objects.requireNonNull(files.get(file), file), StandardCharsets.UTF_8);
    }

    ShippedRoutes edit(String file, UnaryOperator<String> edit) {
        return put(file, edit.apply(files.containsKey(file) ? text(file) : ""));
    }

    ShippedRoutes put(String file, String content) {
        return put(file, content.getBytes(StandardCharsets.UTF_8));
    }

    ShippedRoutes put(String file, byte[] content) {
        files.put(file, content);
        return this;
    }

    ShippedRoutes delete(String file) {
        Objects.requireNonNull(files.remove(file), file);
        return this;
    }

    RouteFiles files() {
        return new RouteFiles(files);
    }

    CheckedRoutes check() throws RoutesRefusedException {
        return CHECK.check(files());
    }
}
