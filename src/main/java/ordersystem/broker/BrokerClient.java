package ordersystem.broker;

import jakarta.jms.ConnectionFactory;
import java.util.List;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.RedeliveryPolicy;

/**
 * Makes the connection factories through which OrderSystem talks to its broker, embedded or not. Only OrderSystem decides
 * that an order is dead: this client redelivers without limit and expires nothing. Stateless.
 */
public final class BrokerClient {
    private BrokerClient() {}

    /**
     * A factory of its own for each caller, unpooled; each connection made by it is a socket of its own.
     *
     * @param url {@code tcp://…}, {@code ssl://…}, {@code failover:(…)} or {@code vm://…}; options in it win
     */
    public static ConnectionFactory connectionFactory(String url) {
        ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory();
        factory.setRedeliveryPolicy(redeliverWithoutLimit());
        // After a failover the client would otherwise poison-acknowledge legitimate redeliveries.
        factory.setCheckForDuplicates(false);
        factory.setConsumerExpiryCheckEnabled(false);
        // The client's own buffer is a queue too: a high order must overtake in it.
        factory.setMessagePrioritySupported(true);
        factory.setWatchTopicAdvisories(false);
        factory.setTrustAllPackages(false);
        factory.setTrustedPackages(List.of());
        factory.setBrokerURL(url);
        return factory;
    }

    /** The default limit of 6 is tested on a transaction's last message and dead-letters the whole batch. */
    private static RedeliveryPolicy redeliverWithoutLimit() {
        RedeliveryPolicy policy = new RedeliveryPolicy();
        policy.setMaximumRedeliveries(RedeliveryPolicy.NO_MAXIMUM_REDELIVERIES);
        policy.setInitialRedeliveryDelay(0);
        policy.setRedeliveryDelay(0);
        return policy;
    }
}
