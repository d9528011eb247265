package ordersystem;

import java.io.IOException;
import java.io.Writer;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * One start from the first class to an order that is processed, and the stop, so that {@link PrepareCommand}'s JVM has seen what a
 * start needs. With the routes and settings as shipped and not with the shop's: those would take orders from wherever the shop
 * has them. The program of a process of its own.
 */
final class Rehearsal {

    private static final long LOOK_MILLIS = 50;

    private static final String ORDER =
            "{\"orderId\":\"rehearsal\",\"lines\":[{\"sku\":\"a\",\"quantity\":1,\"unitPrice\":\"1.00\"}]}";

    private final HttpClient http = HttpClient.newHttpClient();
    private final Path folder;
    private final int port = Ports.free();

    private Rehearsal(Path folder) {
        this.folder = folder;
    }

    /** @param arguments an empty folder */
    public static void main(String[] arguments) throws Exception {
        System.exit(new Rehearsal(Path.of(arguments[0])).play());
    }

    private int play() throws Exception {
        Path routes = Files.createDirectory(folder.resolve("routes"));
        copyShippedRoutes(routes);
        Path config = folder.resolve("application.properties");
        Properties own = new Properties();
        own.putAll(Map.of(
                "orders.data-dir", folder.resolve("data").toString(),
                "orders.routes-dir", routes.toString(),
                "orders.instance", "rehearsal",
                "camel.server.port", String.valueOf(port),
                "camel.management.port", String.valueOf(Ports.free()),
                "orders.broker.connector", "tcp://127.0.0.1:" + Ports.free()));
        try (Writer writer = Files.newBufferedWriter(config)) {
            own.store(writer, null);
        }
        CompletableFuture<Integer> run =
                CompletableFuture.supplyAsync(() -> Commands.execute("run", "--config", config.toString()));
        while (!isProcessed()) {
            try {
                return Math.max(1, run.get(LOOK_MILLIS, TimeUnit.MILLISECONDS)); // it did not start, and said why
            } catch (TimeoutException stillRunning) {
                continue;
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            }
        }
        return 0; // the exit stops it
    }

    /** Posts the order until it is accepted, and on until it is processed: the same again, as customers do. */
    private boolean isProcessed() throws InterruptedException {
        try {
            send(HttpRequest.newBuilder(uri(""))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(ORDER)));
            return send(HttpRequest.newBuilder(uri("/rehearsal"))).contains("\"PROCESSED\"");
        } catch (IOException notThereYet) {
            return false;
        }
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + "/api/orders" + path);
    }

    private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
    }

    private static void copyShippedRoutes(Path to) throws IOException, URISyntaxException {
        URI shipped = Objects.requireNonNull(Rehearsal.class.getResource("routes"), "no routes in the jar")
                .toURI();
        try (FileSystem jar = FileSystems.newFileSystem(shipped, Map.of());
                Stream<Path> files = Files.list(Path.of(shipped))) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName().toString()));
            }
        }
    }
}
