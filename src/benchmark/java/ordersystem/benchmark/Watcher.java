package ordersystem.benchmark;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** Looks at everything that there is to be seen of a running OrderSystem, each second: all figures, wherever they are shown. */
final class Watcher implements AutoCloseable {

    private static final String HEALTH = "/observe/health";

    private final HttpClient http = HttpClient.newHttpClient();
    private final ScheduledExecutorService seconds = Executors.newSingleThreadScheduledExecutor();
    private final List<URI> pages;

    Watcher(int publicPort, int managementPort) {
        pages = List.of(
                page(publicPort, "/api/stats"),
                page(publicPort, "/api/stats/history"),
                page(managementPort, "/api/stats"),
                page(managementPort, "/api/stats/history"),
                page(managementPort, "/api/dead-letters/groups"),
                page(managementPort, "/observe/metrics"),
                page(managementPort, HEALTH));
        var unused = seconds.scheduleAtFixedRate(this::look, 1, 1, TimeUnit.SECONDS);
    }

    private static URI page(int port, String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private void look() {
        try {
            for (URI page : pages) {
                HttpResponse<String> answer =
                        http.send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString());
                // Health says DOWN while routes are stopped, so that a backlog grows.
                boolean isHealth =
                        page.getPath().equals(HEALTH) && answer.body().contains("\"checks\"");
                if (answer.statusCode() != 200 && !isHealth) {
                    throw new IllegalStateException(page + " answers " + answer.statusCode() + ": " + answer.body());
                }
            }
            MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
            for (ObjectName name : beans.queryNames(new ObjectName("ordersystem:*"), null)) {
                String[] attributes = Arrays.stream(beans.getMBeanInfo(name).getAttributes())
                        .map(MBeanAttributeInfo::getName)
                        .toArray(String[]::new);
                if (beans.getAttributes(name, attributes).size() != attributes.length) {
                    throw new IllegalStateException(name + " does not tell all of " + Arrays.toString(attributes));
                }
            }
        } catch (IOException | JMException | InterruptedException | RuntimeException e) {
            // Who watches less than everything must not be taken for the one who watches.
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    @Override
    public void close() {
        seconds.shutdownNow();
    }
}
