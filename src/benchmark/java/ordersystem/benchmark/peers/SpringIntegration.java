package ordersystem.benchmark.peers;

import jakarta.jms.ConnectionFactory;
import ordersystem.benchmark.Surroundings;
import ordersystem.benchmark.peers.PeerLedger.Entry;
import ordersystem.order.InvalidOrderException;
import ordersystem.order.Lane;
import ordersystem.order.Order;
import ordersystem.order.OrderHeaders;
import org.jspecify.annotations.Nullable;
import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.integration.IntegrationMessageHeaderAccessor;
import org.springframework.integration.config.EnableIntegration;
import org.springframework.integration.dsl.IntegrationFlow;
import org.springframework.integration.jms.dsl.Jms;
import org.springframework.integration.support.MessageBuilder;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.jms.listener.DefaultMessageListenerContainer;
import org.springframework.jms.support.JmsHeaders;
import org.springframework.messaging.Message;

/**
 * Spring Integration in its Java DSL: message-driven adapters, service activators, a router, outbound adapters. Per
 * message as its users write it, or like for like with the {@link BatchListenerContainer}.
 */
final class SpringIntegration implements Peer {

    private static final String LANE = "lane";

    /** A consumer's wait for a message; stopping takes as long. */
    private static final long RECEIVE_TIMEOUT_MS = 200;

    @EnableIntegration
    static class Configuration {}

    private final Surroundings surroundings;
    private final boolean batched;
    private final int prefetch;
    private final int connections;
    private final int containers;
    private final PeerLedger ledger;
    private final JdbcTemplate jdbc;
    private @Nullable AnnotationConfigApplicationContext context;
    private @Nullable JmsPoolConnectionFactory pool;

    SpringIntegration(Surroundings surroundings, boolean batched) {
        this.surroundings = surroundings;
        this.batched = batched;
        prefetch = Integer.getInteger("peer.prefetch", batched ? 2 * surroundings.batch() : 100);
        connections = Integer.getInteger("peer.pool", 3 * surroundings.consumers());
        containers = Peers.containers(surroundings);
        ledger = new PeerLedger(surroundings, connections);
        jdbc = new JdbcTemplate(ledger.dataSource());
    }

    @Override
    public void start() {
        JmsPoolConnectionFactory shared = Peers.pool(surroundings, prefetch, 3 * containers);
        pool = shared;
        JmsTemplate template = new JmsTemplate(shared);
        template.setSessionTransacted(true);

        BatchedLedger received =
                new BatchedLedger(ledger, Peers.INCOMING, ledger::receive, entry -> SpringJdbc.receive(jdbc, entry));
        AnnotationConfigApplicationContext spring = new AnnotationConfigApplicationContext();
        spring.register(Configuration.class);
        for (int i = 0; i < containers; i++) {
            flow(
                    spring,
                    "receive-" + i,
                    IntegrationFlow.from(Jms.messageDrivenChannelAdapter(container(shared, Peers.INCOMING, received)))
                            .handle(Message.class, (message, headers) -> record(message, received))
                            .<Message, String>route(
                                    Message.class,
                                    message ->
                                            String.valueOf(message.getHeaders().get(LANE)),
                                    routes -> routes.subFlowMapping(
                                                    Lane.HIGH.name(),
                                                    to -> to.handle(Jms.outboundAdapter(template)
                                                            .destination(Peers.queue(Lane.HIGH))))
                                            .subFlowMapping(
                                                    Lane.NORMAL.name(),
                                                    to -> to.handle(Jms.outboundAdapter(template)
                                                            .destination(Peers.queue(Lane.NORMAL))))
                                            .subFlowMapping(
                                                    "null",
                                                    to -> to.handle(Jms.outboundAdapter(template)
                                                            .destination(Peers.INVALID))))
                            .get());
        }
        for (Lane lane : new Lane[] {Lane.HIGH, Lane.NORMAL}) {
            BatchedLedger processed = new BatchedLedger(
                    ledger, Peers.queue(lane), ledger::process, entry -> SpringJdbc.process(jdbc, entry));
            for (int i = 0; i < containers; i++) {
                flow(
                        spring,
                        lane.name() + "-" + i,
                        IntegrationFlow.from(Jms.messageDrivenChannelAdapter(
                                        container(shared, Peers.queue(lane), processed)))
                                .handle(Message.class, (message, headers) -> fulfil(message, processed))
                                .handle(Jms.outboundAdapter(template).destination(Peers.FULFILLED))
                                .get());
            }
        }
        spring.refresh();
        context = spring;
    }

    private static void flow(AnnotationConfigApplicationContext spring, String name, IntegrationFlow flow) {
        spring.registerBean(name, IntegrationFlow.class, () -> flow);
    }

    private DefaultMessageListenerContainer container(
            ConnectionFactory connectionFactory, String queue, BatchedLedger noted) {
        DefaultMessageListenerContainer container = batched
                ? new BatchListenerContainer(noted, surroundings.batch(), surroundings.batchTime())
                : new DefaultMessageListenerContainer();
        container.setConnectionFactory(connectionFactory);
        container.setDestinationName(queue);
        container.setSessionTransacted(true);
        container.setCacheLevel(DefaultMessageListenerContainer.CACHE_CONSUMER);
        container.setConcurrentConsumers(Peers.share(surroundings, containers));
        container.setReceiveTimeout(RECEIVE_TIMEOUT_MS);
        // Else Spring interrupts consumers in the middle of a call or a write.
        container.setAcceptMessagesWhileStopping(true);
        return container;
    }

    private static @Nullable Object record(Message<?> message, BatchedLedger ledger) {
        Order order;
        try {
            order = read(message);
        } catch (InvalidOrderException e) {
            return message;
        }
        Lane lane = Peers.lane(order);
        return ledger.note(new Entry(order, lane, id(message)))
                ? MessageBuilder.fromMessage(message)
                        .setHeader(LANE, lane.name())
                        .setHeader(OrderHeaders.ID, order.orderId())
                        .build()
                : null;
    }

    private @Nullable Object fulfil(Message<?> message, BatchedLedger processed) {
        Order order = read(message);
        Peers.fulfil(order, surroundings.warehouse());
        return processed.note(new Entry(order, Peers.lane(order), id(message))) ? message : null;
    }

    private static Order read(Message<?> message) {
        return Peers.READER.read(
                message.getPayload(),
                message.getHeaders().get(IntegrationMessageHeaderAccessor.PRIORITY, Integer.class));
    }

    private static String id(Message<?> message) {
        return String.valueOf(message.getHeaders().get(JmsHeaders.MESSAGE_ID));
    }

    @Override
    public void stop() {
        if (context != null) {
            context.close();
            context = null;
        }
        if (pool != null) {
            pool.stop();
            pool = null;
        }
    }

    @Override
    public String settings() {
        return surroundings.consumers() + " consumers a queue in " + containers + " containers, "
                + (batched ? "batch container, batch " + surroundings.batch() : "DefaultMessageListenerContainer")
                + ", sessionTransacted, CACHE_CONSUMER, prefetch " + prefetch
                + ", JmsPoolConnectionFactory with a connection a container, JmsTemplate in the consumer's session; "
                + PeerLedger.settings(connections);
    }

    @Override
    public void close() {
        stop();
        ledger.close();
    }
}
