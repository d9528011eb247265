package ordersystem.routes;

import static org.awaitility.Awaitility.await;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import ordersystem.OrderSystem;
import ordersystem.Ports;
import ordersystem.Settings;
import ordersystem.processing.OrderStats;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.jspecify.annotations.Nullable;

/** The whole program in this JVM: the shipped route files, broker, ledger and servers, in a folder and on ports of its own. */
final class RunningSystem implements AutoCloseable {

    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final Path home;
    private final Map<String, String> environment = new HashMap<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private @Nullable OrderSystem system;
    private @Nullable Connection connection;
    private @Nullable Session session;

    /** @param home an empty folder; the shipped routes are copied into it */
    RunningSystem(Path home) {
        this.home = home;
        try (Stream<Path> routes = Files.list(Path.of("routes"))) {
            Files.createDirectories(home.resolve("routes"));
            for (Path route : routes.toList()) {
                Files.copy(route, home.resolve("routes").resolve(route.getFileName()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        set("CAMEL_SERVER_PORT", Ports.free());
        set("CAMEL_MANAGEMENT_PORT", Ports.free());
        set("ORDERS_BROKER_CONNECTOR", "tcp://127.0.0.1:" + Ports.free());
        set("ORDERS_INCOMING_CONSUMERS", "2");
        set("ORDERS_HIGH_CONSUMERS", "2");
        set("ORDERS_NORMAL_CONSUMERS", "2");
        set("ORDERS_RELEASE_INTERVAL", "50ms");
    }

    RunningSystem set(String variable, Object value) {
        environment.put(variable, String.valueOf(value));
        return this;
    }

    /** Puts a route file of the user's in the place of a shipped one. */
    RunningSystem route(String file, String yaml) {
        try {
            Files.writeString(home.resolve("routes").resolve(file), yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Puts the route files of a folder of the examples in, over the shipped ones, as a user would. */
    RunningSystem example(String folder) {
        try (Stream<Path> files = Files.list(Path.of("examples").resolve(folder))) {
            for (Path file :
                    files.filter(each -> each.toString().contains(".camel.")).toList()) {
                route(file.getFileName().toString(), Files.readString(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Takes a route file out. */
    RunningSystem without(String file) {
        try {
            Files.delete(home.resolve("routes").resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** The lines of the configuration file, of which there is none otherwise. */
    RunningSystem configure(String... lines) {
        try {
            Files.createDirectories(home.resolve("config"));
            Files.writeString(home.resolve("config/application.properties"), String.join("\n", lines));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** A route of a shipped file is loaded and not started: what it would take stays in its queue. */
    RunningSystem stopRoute(String file, String id) {
        String shipped = shipped(file);
        return route(file, shipped.replace("    id: " + id + "\n", "    id: " + id + "\n    autoStartup: false\n"));
    }

    /** A route file is as shipped again. */
    RunningSystem shippedRoute(String file) {
        return route(file, shipped(file));
    }

    private static String shipped(String file) {
        try {
            return Files.readString(Path.of("routes").resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The user's file: these steps are what fulfilment is; then other routes of the user's. */
    RunningSystem fulfilment(String steps, String moreRoutes) {
        return route("40-fulfilment.camel.yaml", """
                # test
                - route:
                    id: fulfilment
                    description: of a test
                    routeConfigurationId: order-failures
                    from:
                      uri: direct:fulfilment
                      steps:
                """ + steps.indent(8) + moreRoutes);
    }

    RunningSystem start() {
        system = new OrderSystem(settings());
        system.start(new PrintWriter(new StringWriter()));
        try {
            connection = new ActiveMQConnectionFactory(environment.get("ORDERS_BROKER_CONNECTOR")).createConnection();
            connection.start();
            session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
        return this;
    }

    /** As a program in the same JVM reads them. */
    OrderStats stats() {
        return Objects.requireNonNull(system, "not started").getOrderStats();
    }

    String brokerUrl() {
        return String.valueOf(environment.get("ORDERS_BROKER_CONNECTOR"));
    }

    Settings settings() {
        return Settings.load(home, null, environment);
    }

    Session session() {
        if (session == null) {
            throw new IllegalStateException("not started");
        }
        return session;
    }

    Message text(String json) throws JMSException {
        return session().createTextMessage(json);
    }

    void send(String queue, Message message) throws JMSException {
        send(queue, message, Message.DEFAULT_PRIORITY);
    }

    void send(String queue, Message message, int priority) throws JMSException {
        try (MessageProducer producer = session().createProducer(session().createQueue(queue))) {
            producer.send(message, jakarta.jms.DeliveryMode.PERSISTENT, priority, 0);
        }
    }

    void send(String queue, String json) throws JMSException {
        send(queue, text(json));
    }

    /** The next messages of a queue; fails where they do not come. */
    List<Message> receive(String queue, int count) throws JMSException {
        List<Message> messages = new ArrayList<>();
        try (MessageConsumer consumer = session().createConsumer(session().createQueue(queue))) {
            while (messages.size() < count) {
                Message message = consumer.receive(LONGEST.toMillis());
                if (message == null) {
                    throw new AssertionError(messages.size() + " of " + count + " messages came from " + queue + "; "
                            + get("/api/stats"));
                }
                messages.add(message);
            }
        }
        return messages;
    }

    /** What is left in a queue. */
    List<Message> rest(String queue) throws JMSException {
        List<Message> messages = new ArrayList<>();
        try (MessageConsumer consumer = session().createConsumer(session().createQueue(queue))) {
            for (Message m = consumer.receive(300); m != null; m = consumer.receive(300)) {
                messages.add(m);
            }
        }
        return messages;
    }

    String publicUrl(String path) {
        return "http://127.0.0.1:" + environment.get("CAMEL_SERVER_PORT") + path;
    }

    String managementUrl(String path) {
        return "http://127.0.0.1:" + environment.get("CAMEL_MANAGEMENT_PORT") + path;
    }

    /** The body of the answer of the public API. */
    String get(String path) {
        return send(HttpRequest.newBuilder(URI.create(publicUrl(path)))).body();
    }

    /** Waits until an order stands where it should; what the public API says of it then. */
    String awaitStatus(String orderId, String status) {
        await(orderId + " is " + status).atMost(Duration.ofSeconds(40)).until(() -> get("/api/orders/" + orderId)
                .contains("\"status\":\"" + status + "\""));
        return get("/api/orders/" + orderId);
    }

    /** The body of the answer of the management port. */
    String manage(String path) {
        return send(HttpRequest.newBuilder(URI.create(managementUrl(path)))).body();
    }

    /** What a change on the management port is answered, asked for by somebody. */
    HttpResponse<String> manage(String path, String operator, String json) {
        return send(HttpRequest.newBuilder(URI.create(managementUrl(path)))
                .header("Content-Type", "application/json")
                .header("X-Operator", operator)
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    HttpResponse<String> post(String json) {
        return post("/api/orders", "application/json", json, Map.of());
    }

    HttpResponse<String> post(String path, String type, String body, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(publicUrl(path)))
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        return send(request);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.timeout(LONGEST).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        } finally {
            if (system != null) {
                system.close();
            }
        }
    }
}
