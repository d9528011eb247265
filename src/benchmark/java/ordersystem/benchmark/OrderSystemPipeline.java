package ordersystem.benchmark;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import ordersystem.OrderSystem;
import ordersystem.Ports;
import ordersystem.Settings;

/**
 * OrderSystem as it is shipped: its route files, its settings, its own start. The one thing exchanged, where a warehouse is
 * asked for, is {@code 40-fulfilment}, the user's file. Consumers are stopped and started over JMX, as an operator would.
 */
public final class OrderSystemPipeline implements Pipeline {

    private static final List<String> CONSUMING =
            List.of("receive-orders", "fulfil-orders-high", "fulfil-orders-normal");

    private static final String FULFILMENT = """
            - route:
                id: fulfilment
                description: Calls the warehouse, then hands the order over
                routeConfigurationId: order-failures
                from:
                  uri: direct:fulfilment
                  steps:
                    - bean: { ref: warehouse, method: call }
                    - to: "{{orders.fulfilment.uri}}"
            """;

    private final OrderSystem system;
    private final Map<String, String> environment = new HashMap<>();
    private final int port;
    private final int managementPort;
    private boolean running = true;

    /**
     * Starts it.
     *
     * @param home an empty folder, for routes, settings and data
     * @param settings keys of application.properties that differ from the shipped ones
     */
    public OrderSystemPipeline(Path home, Warehouse warehouse, Map<String, String> settings) throws IOException {
        Files.createDirectories(home.resolve("routes"));
        Files.createDirectories(home.resolve("config"));
        try (Stream<Path> routes = Files.list(Path.of("routes"))) {
            for (Path route : routes.toList()) {
                Files.copy(route, home.resolve("routes").resolve(route.getFileName()));
            }
        }
        String config = Files.readString(Path.of("config/application.properties"));
        if (!warehouse.isNone()) {
            Files.writeString(home.resolve("routes/40-fulfilment.camel.yaml"), FULFILMENT);
            config += "\ncamel.beans.warehouse=#class:" + Warehouse.class.getName() + "(" + warehouse.millis() + ", "
                    + warehouse.faults() + ", " + warehouse.refuses() + ")\n";
        }
        Files.writeString(home.resolve("config/application.properties"), config);
        port = Ports.free();
        environment.put("CAMEL_SERVER_PORT", String.valueOf(port));
        managementPort = Ports.free();
        environment.put("CAMEL_MANAGEMENT_PORT", String.valueOf(managementPort));
        environment.put("ORDERS_BROKER_CONNECTOR", "none");
        settings.forEach((key, value) ->
                environment.put(key.toUpperCase(java.util.Locale.ROOT).replaceAll("[.-]", "_"), value));
        system = new OrderSystem(Settings.load(home, null, environment));
        system.start(new PrintWriter(new StringWriter()));
    }

    @Override
    public int port() {
        return port;
    }

    int managementPort() {
        return managementPort;
    }

    @Override
    public String incoming() {
        return "orders.incoming";
    }

    @Override
    public String fulfilled() {
        return "orders.fulfilled";
    }

    @Override
    public void start() throws JMException {
        if (!running) {
            routes("start");
            running = true;
        }
    }

    @Override
    public void stop() throws JMException {
        if (running) {
            routes("stop");
            running = false;
        }
    }

    private static void routes(String operation) throws JMException {
        MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        for (String route : CONSUMING) {
            for (ObjectName name : beans.queryNames(
                    new ObjectName("org.apache.camel:context=*,type=routes,name=\"" + route + "\""), null)) {
                beans.invoke(name, operation, new Object[0], new String[0]);
            }
        }
    }

    @Override
    public String settings() {
        Map<String, String> own = new java.util.TreeMap<>(environment);
        own.keySet().removeIf(key -> key.endsWith("_PORT") || key.endsWith("_URL") || key.endsWith("_PASSWORD"));
        return "as shipped" + (own.isEmpty() ? "" : ", but " + own);
    }

    @Override
    public void close() {
        system.close();
    }
}
