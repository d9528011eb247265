package ordersystem.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import ordersystem.OrderSystem;
import ordersystem.Ports;
import ordersystem.Settings;
import ordersystem.admission.Admission;
import ordersystem.admission.AdmissionControl;
import ordersystem.admission.Mode;
import ordersystem.brake.Fulfilment;
import ordersystem.brake.MaintenanceSwitch;
import ordersystem.brake.OutageBrake;
import ordersystem.broker.BrokerSettings;
import ordersystem.broker.Door;
import ordersystem.broker.EmbeddedBroker;
import ordersystem.broker.Room;
import ordersystem.ledger.Ledger;
import ordersystem.monitoring.Alarms;
import ordersystem.monitoring.CriticalTimes;
import ordersystem.monitoring.Figures;
import ordersystem.monitoring.FiguresCheck;
import ordersystem.order.OrderReader;
import ordersystem.processing.OrderProcessor;
import ordersystem.reload.LiveRoutes;
import ordersystem.reload.Routes;
import ordersystem.transaction.Turns;
import ordersystem.waiting.AdmissionWatch;
import ordersystem.waiting.Recovery;
import org.apache.camel.Route;
import org.apache.camel.component.platform.http.HttpEndpointModel;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.Main;

/** The shipped API routes over HTTP, with a real broker and ledger behind them and nothing that reads the orders. */
final class ApiUnderTest implements AutoCloseable {

    /** An answer, its body parsed. */
    record Answered(int status, String contentType, HttpResponse<String> response, JsonNode json) {
        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }

    private static final List<String> ROUTES = List.of(
            "01-api-failures",
            "75-replay",
            "90-order-api",
            "91-openapi",
            "92-routes-api",
            "93-waiting-api",
            "94-figures-api",
            "95-operations-api",
            "96-replay-api",
            "97-recovery-api",
            "98-fulfilment-api",
            "99-admission-api");

    private static final JsonMapper JSON = new JsonMapper();

    final EmbeddedBroker broker;
    final Ledger ledger;
    final Door door;
    final AtomicBoolean room = new AtomicBoolean(true);
    final AtomicReference<OptionalLong> arriving = new AtomicReference<>(OptionalLong.of(0));
    final Figures figures;
    final FiguresCheck figuresCheck;
    final Path routesFolder;
    /** Watches {@link #routesFolder} once it is loaded, for a context that does not run: the API answers without it. */
    final Routes routes;

    final int publicPort = Ports.free();
    final int managementPort = Ports.free();
    private final Main camel = new Main();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    ApiUnderTest(Path folder) throws Exception {
        this(folder, new HttpServers.Access(null, null, Set.of()));
    }

    ApiUnderTest(Path folder, HttpServers.Access access) throws Exception {
        broker = new EmbeddedBroker(new BrokerSettings(folder.resolve("broker"), null, 128L << 20, 100), fault -> {});
        ledger = Ledger.open("jdbc:h2:file:" + folder.resolve("ledger"), "", "", "test", 4);
        OrderReader reader = new OrderReader();
        MaintenanceSwitch maintenance = new MaintenanceSwitch(ledger, Clock.systemUTC());
        OutageBrake brake = new OutageBrake(
                new OutageBrake.Limits(true, 50, 100, 20, Duration.ofSeconds(5), Duration.ofSeconds(10)),
                Clock.systemUTC(),
                maintenance::isOn);
        Fulfilment fulfilment = new Fulfilment(brake, maintenance, Clock.systemUTC());
        Duration target = Duration.ofSeconds(5);
        AdmissionControl configured = AdmissionControl.start(Mode.AUTO, 0, target);
        Admission admission = new Admission(configured);
        AdmissionWatch watch = new AdmissionWatch(ledger, admission, configured, target, () -> true);
        Alarms alarms = new Alarms(Clock.systemUTC());
        figuresCheck = new FiguresCheck(
                ledger,
                broker::depth,
                fulfilment::status,
                () -> new Room(room.get() ? 0 : 100, 1L << 40, 0),
                watch,
                Duration.ofMinutes(6),
                alarms,
                Clock.systemUTC());
        figures = new Figures(
                ledger,
                () -> broker.depth(Door.INCOMING),
                fulfilment::status,
                watch,
                new CriticalTimes(io.micrometer.core.instrument.Clock.SYSTEM),
                figuresCheck,
                alarms,
                Clock.systemUTC());
        routesFolder = folder.resolve("routes");
        routes = new Routes(
                routesFolder,
                folder.resolve("versions"),
                () -> OrderSystem.routeCheck(Settings.load(Path.of("").toAbsolutePath(), null, Map.of())),
                new LiveRoutes(new DefaultCamelContext(), new Turns(), new Turns()),
                Clock.systemUTC());
        OrderProcessor processor = new OrderProcessor(admission, figures, OrderProcessor::lane);
        door = new Door(
                broker.connectionFactory(), ledger::knownHashes, OrderProcessor::lane, room::get, Door.Limits.DEFAULT);

        Properties settings = new Properties();
        settings.setProperty("camel.server.enabled", "true");
        settings.setProperty("camel.server.host", "127.0.0.1");
        settings.setProperty("camel.server.port", Integer.toString(publicPort));
        settings.setProperty("camel.server.max-body-size", "8388608");
        settings.setProperty("camel.server.file-upload-enabled", "false");
        settings.setProperty("camel.management.enabled", "true");
        settings.setProperty("camel.management.host", "127.0.0.1");
        settings.setProperty("camel.management.port", Integer.toString(managementPort));
        camel.setDefaultPropertyPlaceholderLocation("false");
        camel.setOverrideProperties(settings);
        camel.configure()
                .setRoutesIncludePattern(ROUTES.stream()
                        .map(name -> "file:routes/" + name + ".camel.yaml")
                        .collect(Collectors.joining(",")));
        camel.bind("orderReader", reader);
        camel.bind("orderProcessor", processor);
        camel.bind("figures", figures);
        camel.bind("door", door);
        camel.bind("orderApi", new OrderApi(reader, door, ledger, arriving::get));
        Recovery recovery = new Recovery(ledger, reader, OrderProcessor::lane, () -> null);
        camel.bind("recovery", recovery);
        camel.bind("deadLetterApi", new DeadLetterApi(recovery));
        camel.bind("recoveryApi", new RecoveryApi(recovery));
        camel.bind("openApi", new OpenApi());
        camel.bind("fulfilmentApi", new FulfilmentApi(fulfilment));
        camel.bind("admissionApi", new AdmissionApi(watch));
        camel.bind("problems", new Problems());
        camel.bind("routesApi", new RoutesApi(routes));
        camel.bind("waitingApi", new WaitingApi(ledger));
        camel.addMainListener(new HttpServers(
                new HttpServers.Port(publicPort, null),
                new HttpServers.Port(managementPort, null),
                access,
                new Turns()));
        camel.start();
    }

    Answered post(String path, String contentType, byte[] body, String... headers) throws Exception {
        return send(request(publicPort, path, headers)
                .header("Content-Type", contentType)
                .POST(BodyPublishers.ofByteArray(body)));
    }

    Answered get(String path) throws Exception {
        return send(request(publicPort, path).GET());
    }

    Answered manage(String path) throws Exception {
        return send(request(managementPort, path).GET());
    }

    Answered manage(String path, String json, String... headers) throws Exception {
        return send(request(managementPort, path, headers)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json)));
    }

    HttpRequest.Builder request(int port, String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return request;
    }

    /** What the routes of a component take, as {@code POST /api/orders}, with the content type that each asks for; empty for any. */
    Map<String, String> operations(String component) {
        Map<String, String> operations = new TreeMap<>();
        PlatformHttpComponent http = camel.getCamelContext().getComponent(component, PlatformHttpComponent.class);
        // Those of the REST DSL; of two with the same path only one.
        for (HttpEndpointModel model : http.getHttpEndpoints()) {
            operations.put(
                    model.getVerbs() + " " + model.getUri(), Objects.requireNonNullElse(model.getConsumes(), ""));
        }
        for (Route route : camel.getCamelContext().getRoutes()) {
            if (route.getEndpoint() instanceof PlatformHttpEndpoint endpoint && endpoint.getComponent() == http) {
                operations.put(
                        endpoint.getHttpMethodRestrict() + " " + endpoint.getPath(),
                        Objects.requireNonNullElse(endpoint.getConsumes(), ""));
            }
        }
        return operations;
    }

    Answered send(HttpRequest.Builder request) throws Exception {
        HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
        return new Answered(
                response.statusCode(),
                response.headers().firstValue("Content-Type").orElse(""),
                response,
                JSON.readTree(response.body()));
    }

    @Override
    public void close() {
        routes.close();
        camel.stop();
        door.close();
        ledger.close();
        broker.close();
    }
}
