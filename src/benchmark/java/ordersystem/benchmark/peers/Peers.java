package ordersystem.benchmark.peers;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import ordersystem.benchmark.Pipeline;
import ordersystem.benchmark.Surroundings;
import ordersystem.broker.BrokerClient;
import ordersystem.order.Lane;
import ordersystem.order.Order;
import ordersystem.order.OrderReader;
import ordersystem.processing.OrderProcessor;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;

/**
 * Makes the peers by name, and holds what they have in common. Stateless. What is tuned by sweeping can be set for a run:
 * system properties {@code peer.prefetch}, {@code peer.pool} (connections to the database), {@code peer.containers}.
 */
public final class Peers {

    /** Every peer that is a {@link Pipeline}, as {@link #create} knows it. */
    public static final List<String> NAMES = List.of(
            "hand-written",
            "hand-written-batched",
            "spring-integration",
            "spring-integration-batched",
            "plain-camel",
            "one-fifo");

    static final String INCOMING = "peer.incoming";
    static final String FULFILLED = "peer.fulfilled";

    /** Where a message goes that is not an order. */
    static final String INVALID = "peer.invalid";

    /** Parsing, validation, hash: the very same code as OrderSystem's. */
    static final OrderReader READER = new OrderReader();

    private Peers() {}

    /** A peer that is not started yet. */
    public static Pipeline create(String name, Surroundings surroundings) {
        return switch (name) {
            case "hand-written" -> HandWritten.perMessage(surroundings);
            case "hand-written-batched" -> HandWritten.batched(surroundings);
            case "spring-integration" -> new SpringIntegration(surroundings, false);
            case "spring-integration-batched" -> new SpringIntegration(surroundings, true);
            case "plain-camel" -> new PlainCamel(surroundings);
            case "one-fifo" -> new OneFifo(surroundings);
            default -> throw new IllegalArgumentException(name + "; one of " + NAMES);
        };
    }

    /**
     * The synchronous service that the drill is made against too, on the benchmark's database. Listens when it returns.
     *
     * @param threads that work at the same time
     * @param warehouse how long the call lasts that fulfils an order
     * @param faultRate share of calls that fail, after that time, and may be tried again; 0 to 1
     */
    public static Pipeline synchronous(
            String jdbcUrl, String user, String password, int threads, Duration warehouse, double faultRate)
            throws Exception {
        return new SynchronousPipeline(jdbcUrl, user, password, threads, warehouse, faultRate);
    }

    static Lane lane(Order order) {
        return OrderProcessor.lane(order);
    }

    static String queue(Lane lane) {
        return "peer." + lane.name();
    }

    /** The client as OrderSystem sets it, without the buffer that sorts by priority. */
    static ActiveMQConnectionFactory connectionFactory(Surroundings surroundings, int prefetch) {
        ActiveMQConnectionFactory factory =
                (ActiveMQConnectionFactory) BrokerClient.connectionFactory(surroundings.brokerUrl());
        factory.setMessagePrioritySupported(false);
        factory.getPrefetchPolicy().setQueuePrefetch(prefetch);
        return factory;
    }

    /** For listener containers and the templates that send in their sessions; useAnonymousProducers is its default. */
    static JmsPoolConnectionFactory pool(Surroundings surroundings, int prefetch, int connections) {
        JmsPoolConnectionFactory pool = new JmsPoolConnectionFactory();
        pool.setConnectionFactory(connectionFactory(surroundings, prefetch));
        pool.setMaxConnections(connections);
        pool.setConnectionIdleTimeout(0);
        return pool;
    }

    /**
     * Listener containers for each queue. Spring's has one connection for all its consumers, and the broker works one
     * connection's commands off one after the other: a commit waits for those of the other consumers.
     */
    static int containers(Surroundings surroundings) {
        return Math.min(surroundings.consumers(), Integer.getInteger("peer.containers", 8));
    }

    /** Consumers of one container, so that all have at least as many as asked for. */
    static int share(Surroundings surroundings, int containers) {
        return (surroundings.consumers() + containers - 1) / containers;
    }

    /** Calls the warehouse, which takes its time and never fails. */
    static void fulfil(Order order, Duration warehouse) {
        if (!warehouse.isZero() && !order.lines().isEmpty()) {
            sleep(warehouse);
        }
    }

    static void sleep(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
