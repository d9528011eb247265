package ordersystem.testkit;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import ordersystem.OrderSystem;
import ordersystem.Ports;
import ordersystem.Settings;
import ordersystem.broker.BrokerClient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * OrderSystem with your routes, in the JVM of a test: a broker and a ledger in a temporary folder, HTTP on free ports. As a JUnit
 * extension ({@code @RegisterExtension}): in a static field it runs for the class, otherwise for each test. A start takes some
 * seconds. One at a time in a JVM. Used by one thread.
 *
 * <p>Orders that fail have their next turns after 100 ms, three in all, and the outage brake is off; {@link #set} anything else.
 */
public final class OrderSystemUnderTest
        implements BeforeAllCallback, AfterAllCallback, BeforeEachCallback, AfterEachCallback, AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(50);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path routes;
    private final List<Path> added = new ArrayList<>();
    private final Map<String, String> settings = new TreeMap<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private Duration limit = Duration.ofSeconds(30);
    private boolean forAll;
    private @Nullable Path home;
    private @Nullable OrderSystem system;

    private OrderSystemUnderTest(Path routes) {
        this.routes = routes;
        set("orders.retry.delays", "100ms,100ms");
        set("orders.release.interval", "50ms");
        set("orders.brake.mode", "off");
        set("orders.admission.mode", "off");
        for (String consumers : List.of("incoming", "high", "normal")) {
            set("orders." + consumers + ".consumers", 2);
        }
    }

    /** @param routes the folder with all route files; it is copied, and not changed */
    public static OrderSystemUnderTest of(Path routes) {
        return new OrderSystemUnderTest(routes);
    }

    /** Adds a route file, or puts it in the place of the one of that name. */
    public OrderSystemUnderTest with(Path routeFile) {
        added.add(routeFile);
        return this;
    }

    /** Sets a key of the configuration, or a property of your own that your routes read. */
    public OrderSystemUnderTest set(String key, Object value) {
        settings.put(key, String.valueOf(value));
        return this;
    }

    /** How long what is waited for may take; 30 s where it is not said. */
    public OrderSystemUnderTest within(Duration newLimit) {
        limit = newLimit;
        return this;
    }

    /** For use without JUnit. */
    public OrderSystemUnderTest start() {
        int port = Ports.free();
        set("camel.server.port", port);
        set("camel.management.port", Ports.free());
        set("orders.broker.connector", "tcp://127.0.0.1:" + Ports.free());
        try {
            Path folder = Files.createTempDirectory("ordersystem-test");
            home = folder;
            Path copies = Files.createDirectory(folder.resolve("routes"));
            try (Stream<Path> files = Files.list(routes)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Files.copy(file, copies.resolve(file.getFileName()));
                }
            }
            for (Path file : added) {
                Files.copy(file, copies.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
            Properties properties = new Properties();
            properties.putAll(settings);
            Path config = Files.createDirectory(folder.resolve("config")).resolve("application.properties");
            try (Writer out = Files.newBufferedWriter(config)) {
                properties.store(out, null);
            }
            OrderSystem started = new OrderSystem(Settings.load(folder, null, Map.of()));
            started.start(new PrintWriter(Writer.nullWriter()));
            system = started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /**
     * Posts an order.
     *
     * @param json one order, as {@code POST /api/orders} takes it
     * @throws AssertionError where the answer is not 202, with the answer
     */
    public void send(String json) {
        HttpResponse<String> answer = exchange(HttpRequest.newBuilder(api("/api/orders"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
        if (answer.statusCode() != 202) {
            throw new AssertionError("the order was not accepted: " + answer.statusCode() + " " + answer.body());
        }
    }

    /**
     * Waits until an order stands where it should.
     *
     * @param state RECEIVED, DEFERRED, RETRYING, PROCESSED, FAILED, DISCARDED or CANCELLED
     * @return what {@code GET /api/orders/{orderId}} says: {@code lane}, {@code attempts}, {@code reason} among others
     * @throws AssertionError where it does not come to that in time, with what the order is instead
     */
    public Map<String, Object> awaitState(String orderId, String state) {
        long end = System.nanoTime() + limit.toNanos();
        String found;
        do {
            found = exchange(HttpRequest.newBuilder(api("/api/orders/" + orderId)))
                    .body();
            Map<String, Object> order = json(found);
            if (state.equals(order.get("status"))) {
                return order;
            }
            LockSupport.parkNanos(POLL.toNanos());
        } while (System.nanoTime() < end);
        throw new AssertionError("order " + orderId + " is not " + state + " after " + limit + ", but: " + found);
    }

    /** The next order that comes out of {@code orders.fulfilled}. */
    public Received fulfilled() {
        return receive("orders.fulfilled", 1).get(0);
    }

    /**
     * Takes messages out of a queue.
     *
     * @throws AssertionError where fewer come in time
     */
    public List<Received> receive(String queue, int count) {
        long end = System.nanoTime() + limit.toNanos();
        List<Received> received = new ArrayList<>();
        try (Connection connection = BrokerClient.connectionFactory(setting("orders.broker.connector"))
                .createConnection()) {
            connection.start();
            Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
            MessageConsumer consumer = session.createConsumer(session.createQueue(queue));
            while (received.size() < count) {
                Message message = consumer.receive(Math.max(1, (end - System.nanoTime()) / 1_000_000));
                if (message == null) {
                    throw new AssertionError(
                            received.size() + " of " + count + " messages came from " + queue + " within " + limit);
                }
                received.add(read(message));
            }
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
        return received;
    }

    private static Received read(Message message) throws JMSException {
        Map<String, Object> headers = new TreeMap<>();
        for (Object name : Collections.list(message.getPropertyNames())) {
            headers.put((String) name, message.getObjectProperty((String) name));
        }
        String body = message instanceof BytesMessage bytes
                ? new String(bytes.getBody(byte[].class), StandardCharsets.UTF_8)
                : message.getBody(String.class);
        return new Received(body, headers);
    }

    /** The value that was {@link #set}, {@code camel.server.port} among them once it runs. */
    public String setting(String key) {
        String value = settings.get(key);
        if (value == null) {
            throw new IllegalArgumentException(key + " was not set");
        }
        return value;
    }

    private URI api(String path) {
        return URI.create("http://127.0.0.1:" + setting("camel.server.port") + path);
    }

    private HttpResponse<String> exchange(HttpRequest.Builder request) {
        try {
            return http.send(request.timeout(limit).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static Map<String, Object> json(String text) {
        try {
            return JSON.readValue(text, new TypeReference<>() {});
        } catch (IOException e) {
            throw new AssertionError("no JSON: " + text, e);
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        forAll = true;
        start();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        close();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        if (!forAll) {
            start();
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (!forAll) {
            close();
        }
    }

    /** Stops it, and removes its folder. */
    @Override
    public void close() {
        if (system != null) {
            system.close();
            system = null;
        }
        if (home != null) {
            try (Stream<Path> files = Files.walk(home)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            home = null;
        }
    }
}
