package ordersystem.journey;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import ordersystem.broker.BrokerClient;
import ordersystem.broker.BrokerSettings;
import ordersystem.broker.EmbeddedBroker;
import ordersystem.order.Lane;
import ordersystem.order.Order;
import ordersystem.order.OrderHeaders;
import ordersystem.order.OrderReader;
import ordersystem.processing.OrderProcessor;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.activemq.ActiveMQComponent;
import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.impl.DefaultCamelContext;
import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;

/**
 * What OrderSystem is compared with on a {@link BadDay}: the same lanes, broker settings, numbers of consumers and HTTP call,
 * as a user of plain Camel writes them: a JMS transaction a message, redelivery with exponential back-off, a dead-letter
 * channel. A program of its own.
 */
final class PlainCamel {

    private static final String DEAD = "orders.dlq";
    private static final int CONSUMERS = 50;
    private static final long STORE_LIMIT = 4L << 30;

    private final OrderReader reader = new OrderReader();
    private final String warehouse;

    private PlainCamel(String warehouse) {
        this.warehouse = warehouse;
    }

    /** Arguments: folder, port of the broker, port that answers {@code /api/stats}, URL of the warehouse. */
    public static void main(String[] arguments) throws Exception {
        EmbeddedBroker broker = new EmbeddedBroker(
                new BrokerSettings(Path.of(arguments[0]), "tcp://127.0.0.1:" + arguments[1], STORE_LIMIT, 2_500),
                fault -> Runtime.getRuntime().halt(1));
        DefaultCamelContext camel = new DefaultCamelContext();
        camel.addComponent("activemq", activemq(broker.url()));
        // The route's policy tries again; by itself the client would hold its consumer a second for each 503.
        camel.getComponent("http", HttpComponent.class).setAutomaticRetriesDisabled(true);
        camel.addRoutes(new PlainCamel(arguments[3]).routes());
        camel.start();

        HttpServer server = HttpServer.create(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[2])), 0);
        server.createContext("/api/stats", exchange -> {
            // In the order in which an order goes through: none is missed between two of them.
            List<Long> depths = List.of("orders.incoming", "orders.high", "orders.normal", DEAD).stream()
                    .map(queue -> broker.depth(queue).orElseThrow())
                    .toList();
            byte[] json = "{\"arriving\":%d,\"pending\":%d,\"failed\":%d}"
                    .formatted(depths.get(0), depths.get(1) + depths.get(2), depths.get(3))
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, json.length);
            exchange.getResponseBody().write(json);
            exchange.close();
        });
        server.start();
    }

    private static ActiveMQComponent activemq(String brokerUrl) {
        ActiveMQConnectionFactory factory = (ActiveMQConnectionFactory) BrokerClient.connectionFactory(brokerUrl);
        // The default of 1,000 would leave most consumers of a lane without work.
        factory.getPrefetchPolicy().setQueuePrefetch(10);
        JmsPoolConnectionFactory pool = new JmsPoolConnectionFactory();
        pool.setConnectionFactory(factory);
        pool.setMaxConnections(8);
        pool.setConnectionIdleTimeout(0);
        ActiveMQComponent activemq = new ActiveMQComponent();
        activemq.setConnectionFactory(pool);
        activemq.setTransacted(true);
        activemq.setLazyCreateTransactionManager(false);
        activemq.setCacheLevelName("CACHE_CONSUMER");
        activemq.setDisableReplyTo(true);
        return activemq;
    }

    private RouteBuilder routes() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(deadLetterChannel("activemq:queue:" + DEAD)
                        .maximumRedeliveries(5)
                        .redeliveryDelay(1_000)
                        .useExponentialBackOff()
                        .backOffMultiplier(2));
                onException(HttpOperationFailedException.class)
                        .onWhen(simple("${exception.statusCode} == 409"))
                        .maximumRedeliveries(0)
                        .continued(true);
                onException(HttpOperationFailedException.class)
                        .onWhen(simple("${exception.statusCode} regex '4(?!08|25|29)\\d\\d'"))
                        .maximumRedeliveries(0)
                        .handled(true)
                        .to("activemq:queue:" + DEAD);

                from("activemq:queue:orders.incoming?concurrentConsumers=8")
                        .routeId("receive")
                        .process(PlainCamel.this::receive)
                        .choice()
                        .when(exchangeProperty("lane").isEqualTo(Lane.HIGH.name()))
                        .to("activemq:queue:orders.high")
                        .otherwise()
                        .to("activemq:queue:orders.normal");

                for (Lane lane : new Lane[] {Lane.HIGH, Lane.NORMAL}) {
                    from("activemq:queue:orders." + lane.name() + "?concurrentConsumers=" + CONSUMERS)
                            .routeId(lane.name())
                            .setHeader("Idempotency-Key", header(OrderHeaders.ID))
                            .setHeader(Exchange.CONTENT_TYPE, constant("application/json"))
                            .setHeader(Exchange.HTTP_METHOD, constant("POST"))
                            .to(warehouse + "/orders?connectTimeout=2000&responseTimeout=5000"
                                    + "&connectionsPerRoute=128&maxTotalConnections=128");
                }
            }
        };
    }

    private void receive(Exchange exchange) {
        Order order = reader.read(
                exchange.getMessage().getBody(), exchange.getMessage().getHeader("JMSPriority", Integer.class));
        exchange.getMessage().setHeader(OrderHeaders.ID, order.orderId());
        exchange.setProperty("lane", OrderProcessor.lane(order).name());
    }
}
