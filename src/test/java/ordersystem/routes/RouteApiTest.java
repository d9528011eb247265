package ordersystem.routes;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.TextMessage;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import ordersystem.Settings;
import ordersystem.http.Problems;
import ordersystem.order.LegacyOrders;
import ordersystem.order.Order;
import ordersystem.order.OrderHeaders;
import ordersystem.order.OrderLine;
import ordersystem.order.OrderReader;
import ordersystem.order.OrderXml;
import ordersystem.processing.OrderProcessor;
import ordersystem.transaction.DeliveryLedger;
import ordersystem.waiting.Releaser;
import ordersystem.waiting.WaitingRoom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/**
 * The list in docs/routes.md, "What you may rely on", against the program and the shipped routes: a name that goes, or comes
 * without being listed, is seen here.
 */
class RouteApiTest {

    private static final String DOCUMENT = RouteSet.text(Path.of("docs/routes.md"));

    /** Files from here on belong to the version that they came with. */
    private static final String FIRST_OF_OURS = "75";

    private static final Map<String, Class<?>> BEANS = Map.of(
            "orderReader", OrderReader.class,
            "orderXml", OrderXml.class,
            "legacyOrders", LegacyOrders.class,
            "orderProcessor", OrderProcessor.class,
            "ledger", DeliveryLedger.class,
            "waitingRoom", WaitingRoom.class,
            "problems", Problems.class,
            "releaser", Releaser.class);

    private static Set<String> listed(String heading) {
        int start = DOCUMENT.indexOf("\n### " + heading + "\n");
        assertThat(start).as("section %s", heading).isPositive();
        String section = DOCUMENT.substring(start + 1);
        section = section.substring(0, section.indexOf("\n##", 1));
        return Pattern.compile("(?m)^\\| `([^`]+)` \\|")
                .matcher(section)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The shipped files that hold the flow. */
    private static List<Path> flow() {
        return RouteSet.shipped().files().stream()
                .filter(file -> file.getFileName().toString().compareTo(FIRST_OF_OURS) < 0)
                .toList();
    }

    private static Set<String> beansOf(List<Path> files) {
        Set<String> used = new TreeSet<>();
        for (Path file : files) {
            Pattern.compile("bean:(\\w+)\\?method=(\\w+)")
                    .matcher(RouteSet.code(file))
                    .results()
                    .forEach(match -> used.add(match.group(1) + "." + match.group(2)));
            if (RouteSet.isXml(file)) {
                Pattern.compile("<bean ref=\"(\\w+)\" method=\"(\\w+)\"")
                        .matcher(RouteSet.text(file))
                        .results()
                        .forEach(match -> used.add(match.group(1) + "." + match.group(2)));
                continue;
            }
            RouteSet.walk(new Yaml().load(RouteSet.text(file)), (key, value) -> {
                if ((key.equals("bean") || key.equals("method")) && value instanceof Map<?, ?> call) {
                    used.add(call.get("ref") + "." + call.get("method"));
                }
            });
        }
        return used;
    }

    @Test
    void everyBeanOfTheFlowIsListedAndHasItsMethod() {
        assertThat(listed("Beans")).containsAll(beansOf(flow()));
        for (String name : listed("Beans")) {
            String bean = name.substring(0, name.indexOf('.'));
            String method = name.substring(name.indexOf('.') + 1);
            assertThat(BEANS).containsKey(bean);
            assertThat(Stream.of(Objects.requireNonNull(BEANS.get(bean)).getMethods())
                            .map(Method::getName))
                    .as("methods of %s", bean)
                    .contains(method);
        }
    }

    @Test
    void fieldsAndHeadersAreThose() {
        assertThat(listed("Fields of `${variable.order}`")).isEqualTo(components(Order.class));
        assertThat(listed("Headers")).isEqualTo(new TreeSet<>(OrderHeaders.ALLOWED));
        assertThat(components(OrderLine.class))
                .containsExactlyInAnyOrder("sku", "description", "quantity", "unitPrice");
    }

    private static Set<String> components(Class<?> record) {
        return Arrays.stream(record.getRecordComponents())
                .map(RecordComponent::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void endpointsAndPoliciesAreThoseOfTheShippedFiles() {
        Set<String> directs = RouteSet.shipped().routes().stream()
                .filter(route -> flow().contains(route.path()))
                .map(RouteSet.FileRoute::from)
                .filter(from -> from.startsWith("direct:"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(listed("Endpoints")).isEqualTo(directs);
        assertThat(listed("Policies")).isEqualTo(RouteSet.shipped().configurations());
    }

    @Test
    void queuesAreThoseOfTheShippedFiles() {
        Set<String> queues = RouteSet.matches(flow(), Pattern.compile("activemq:queue:(orders\\.[a-z.]+)"));
        queues.add("orders.fulfilled");
        assertThat(listed("Queues")).isEqualTo(queues);
    }

    @Test
    void propertiesAreThereAndTheShippedFilesReadNoOthers(@TempDir Path home) {
        Set<String> listed = listed("Properties");
        Pattern placeholder = Pattern.compile("\\{\\{([^}{?:]+)}}");
        assertThat(listed).containsAll(RouteSet.matches(flow(), placeholder));
        assertThat(Settings.load(home, null, Map.of()).asProperties()).containsKeys(listed.toArray());
    }

    @Test
    void exceptionsAreThere() throws ClassNotFoundException {
        for (String name : listed("Exceptions")) {
            assertThat(Class.forName(name)).isAssignableTo(RuntimeException.class);
        }
    }

    @Test
    void aRouteCanReadAllOfIt(@TempDir Path home) throws Exception {
        Set<String> names = new TreeSet<>();
        listed("Fields of `${variable.order}`").forEach(field -> names.add("variable.order." + field));
        List.of("sku", "description", "quantity", "unitPrice")
                .forEach(field -> names.add("variable.order.lines[0]." + field));
        Set<String> headers =
                Set.of("OrderId", "OrderLane", "OrderAttempts", "OrderStep", "OrderReceivedAt", "traceparent");
        headers.forEach(header -> names.add("header." + header));
        names.add("variable.lane");
        String body = names.stream().map(name -> name + "=${" + name + "}").collect(Collectors.joining("\n"));

        try (RunningSystem system = new RunningSystem(home)
                .fulfilment("""
                - setVariable: { name: stats, simple: "${bean:orderProcessor?method=getOrderStats}" }
                - setBody:
                    simple: "%s\\nstats=${variable.stats.received}"
                - to: activemq:queue:user.api
                """.formatted(body.replace("\n", "\\n")), "")
                .start()) {
            var order = system.text(RouteSet.text(Path.of("examples/orders/order.json")));
            order.setStringProperty("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
            system.send("orders.incoming", order);

            String read = ((TextMessage) system.receive("user.api", 1).get(0)).getText();

            assertThat(read.lines())
                    .contains(
                            "variable.order.orderId=536365",
                            "variable.order.customerId=17850",
                            "variable.order.priority=NORMAL",
                            "variable.order.shipping=STANDARD",
                            "variable.order.placedAt=2010-12-01T08:26:00Z",
                            "variable.order.currency=GBP",
                            "variable.order.total=15.30",
                            "variable.order.jmsPriority=4",
                            "variable.order.lines[0].sku=85123A",
                            "variable.order.lines[0].quantity=6",
                            "variable.order.lines[0].unitPrice=2.55",
                            "variable.lane=normal",
                            "header.OrderId=536365",
                            "header.OrderLane=normal",
                            "header.OrderAttempts=0",
                            "header.OrderStep=1",
                            "header.traceparent=00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                            "stats=1")
                    .hasSize(names.size() + 1)
                    .noneMatch(line -> line.endsWith("="));
        }
    }
}
