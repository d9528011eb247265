package ordersystem.benchmark.peers;

import ordersystem.benchmark.Surroundings;
import ordersystem.benchmark.peers.PeerLedger.Entry;
import ordersystem.order.InvalidOrderException;
import ordersystem.order.Lane;
import ordersystem.order.Order;
import ordersystem.order.OrderHeaders;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.LoggingLevel;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.activemq.ActiveMQComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;
import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;
import org.springframework.jdbc.core.JdbcTemplate;

/** Plain Camel as its users write it: {@code transacted=true}, a transaction a message, one shared pool of connections. */
final class PlainCamel implements Peer {

    /** A consumer's wait for a message; stopping takes as long. */
    private static final int RECEIVE_TIMEOUT_MS = 200;

    private static final String SENDABLE = "sendable";
    private static final String LANE = "lane";

    private final Surroundings surroundings;
    private final int prefetch = Integer.getInteger("peer.prefetch", 100);
    private final int connections;
    private final PeerLedger ledger;
    private final JdbcTemplate jdbc;
    private final int containers;
    private @Nullable CamelContext context;
    private @Nullable JmsPoolConnectionFactory pool;

    PlainCamel(Surroundings surroundings) {
        this.surroundings = surroundings;
        connections = Integer.getInteger("peer.pool", 3 * surroundings.consumers());
        containers = Peers.containers(surroundings);
        ledger = new PeerLedger(surroundings, connections);
        jdbc = new JdbcTemplate(ledger.dataSource());
    }

    @Override
    public void start() throws Exception {
        JmsPoolConnectionFactory shared = Peers.pool(surroundings, prefetch, 3 * containers);
        pool = shared;

        DefaultCamelContext camel = new DefaultCamelContext();
        camel.disableJMX();
        ActiveMQComponent activemq = new ActiveMQComponent(camel);
        activemq.setConnectionFactory(shared);
        activemq.setTransacted(true);
        activemq.setLazyCreateTransactionManager(false);
        activemq.setCacheLevelName("CACHE_CONSUMER");
        activemq.setConcurrentConsumers(Peers.share(surroundings, containers));
        activemq.setReceiveTimeout(RECEIVE_TIMEOUT_MS);
        activemq.setAcceptMessagesWhileStopping(true);
        activemq.setDisableReplyTo(true);
        camel.addComponent("activemq", activemq);
        camel.addRoutes(routes());
        camel.start();
        context = camel;
    }

    private RouteBuilder routes() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                // What fails rolls back, and the broker delivers it again.
                errorHandler(noErrorHandler());

                for (int i = 0; i < containers; i++) {
                    from("activemq:queue:" + Peers.INCOMING)
                            .routeId("receive-" + i)
                            .doTry()
                            .process(PlainCamel.this::receive)
                            .choice()
                            .when(exchangeProperty(SENDABLE).isEqualTo(false))
                            .log(LoggingLevel.DEBUG, "duplicate ${header.OrderId}")
                            .when(exchangeProperty(LANE).isEqualTo(Lane.HIGH.name()))
                            .to("activemq:queue:" + Peers.queue(Lane.HIGH))
                            .otherwise()
                            .to("activemq:queue:" + Peers.queue(Lane.NORMAL))
                            .endChoice()
                            .endDoTry()
                            .doCatch(InvalidOrderException.class)
                            .to("activemq:queue:" + Peers.INVALID)
                            .end();

                    for (Lane lane : new Lane[] {Lane.HIGH, Lane.NORMAL}) {
                        from("activemq:queue:" + Peers.queue(lane))
                                .routeId(lane.name() + "-" + i)
                                .process(PlainCamel.this::fulfil)
                                .filter(exchangeProperty(SENDABLE).isEqualTo(true))
                                .to("activemq:queue:" + Peers.FULFILLED);
                    }
                }
            }
        };
    }

    private void receive(Exchange exchange) {
        Entry entry = entry(exchange);
        exchange.setProperty(SENDABLE, SpringJdbc.receive(jdbc, entry));
        exchange.setProperty(LANE, entry.lane().name());
        exchange.getMessage().setHeader(OrderHeaders.ID, entry.order().orderId());
    }

    private void fulfil(Exchange exchange) {
        Entry entry = entry(exchange);
        Peers.fulfil(entry.order(), surroundings.warehouse());
        exchange.setProperty(SENDABLE, SpringJdbc.process(jdbc, entry));
    }

    private static Entry entry(Exchange exchange) {
        Order order = Peers.READER.read(
                exchange.getMessage().getBody(), exchange.getMessage().getHeader("JMSPriority", Integer.class));
        return new Entry(order, Peers.lane(order), exchange.getMessage().getHeader("JMSMessageID", String.class));
    }

    @Override
    public void stop() {
        if (context != null) {
            context.stop();
            context = null;
        }
        if (pool != null) {
            pool.stop();
            pool = null;
        }
    }

    @Override
    public String settings() {
        return surroundings.consumers() + " consumers a queue in " + containers
                + " routes, transacted=true, lazyCreateTransactionManager=false,"
                + " CACHE_CONSUMER, prefetch " + prefetch
                + ", one pool with a connection a route for consumers and producers, a bean with JdbcTemplate, no JMX; "
                + PeerLedger.settings(connections);
    }

    @Override
    public void close() {
        stop();
        ledger.close();
    }
}
