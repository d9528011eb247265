package ordersystem.broker;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.activemq.ActiveMQSslConnectionFactory;
import org.apache.activemq.RedeliveryPolicy;
import org.apache.activemq.transport.Transport;
import org.apache.activemq.transport.failover.FailoverTransport;

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
        return connectionFactory(BrokerAccess.to(url));
    }

    /**
     * The same for a broker that may ask who we are.
     *
     * @throws IllegalArgumentException where trust store or key store cannot be read
     */
    static ConnectionFactory connectionFactory(BrokerAccess access) {
        ActiveMQSslConnectionFactory factory = new Factory();
        factory.setRedeliveryPolicy(redeliverWithoutLimit());
        // After a failover the client would otherwise poison-acknowledge legitimate redeliveries.
        factory.setCheckForDuplicates(false);
        factory.setConsumerExpiryCheckEnabled(false);
        // The client's own buffer is a queue too: a high order must overtake in it.
        factory.setMessagePrioritySupported(true);
        factory.setWatchTopicAdvisories(false);
        factory.setTrustAllPackages(false);
        factory.setTrustedPackages(List.of());
        if (!access.user().isEmpty()) {
            factory.setUserName(access.user());
            factory.setPassword(access.password());
        }
        secure(factory, access);
        factory.setBrokerURL(access.url());
        return factory;
    }

    private static void secure(ActiveMQSslConnectionFactory factory, BrokerAccess access) {
        try {
            if (access.trustStore() != null) {
                factory.setTrustStore(readable(access.trustStore(), "orders.broker.trust-store"));
                factory.setTrustStorePassword(access.trustStorePassword());
            }
            if (access.keyStore() != null) {
                factory.setKeyStore(readable(access.keyStore(), "orders.broker.key-store"));
                factory.setKeyStorePassword(access.keyStorePassword());
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("set before the first connection, it cannot fail", e);
        }
    }

    private static String readable(Path file, String key) {
        if (!Files.isReadable(file)) {
            throw new IllegalArgumentException(key + ": " + file + " cannot be read");
        }
        return file.toString();
    }

    /** The default limit of 6 is tested on a transaction's last message and dead-letters the whole batch. */
    private static RedeliveryPolicy redeliverWithoutLimit() {
        RedeliveryPolicy policy = new RedeliveryPolicy();
        policy.setMaximumRedeliveries(RedeliveryPolicy.NO_MAXIMUM_REDELIVERIES);
        policy.setInitialRedeliveryDelay(0);
        policy.setRedeliveryDelay(0);
        return policy;
    }

    /**
     * To us {@code failover:} is a list of addresses, and a connection that breaks is broken: whoever had it makes a new one,
     * to whichever broker answers. ActiveMQ's own way is to reconnect behind the caller's back, without end, and to play back
     * what was in hand. A start would hang without a word; and Artemis takes the acknowledgement of a message that it has
     * given to somebody else meanwhile, so that the order is handed over twice (ArtemisIT).
     */
    private static final class Factory extends ActiveMQSslConnectionFactory {

        @Override
        protected Transport createTransport() throws JMSException {
            Transport transport = super.createTransport();
            FailoverTransport failover = transport.narrow(FailoverTransport.class);
            if (failover != null) {
                // -1: the URL says nothing.
                if (failover.getStartupMaxReconnectAttempts() < 0) {
                    failover.setStartupMaxReconnectAttempts(1);
                }
                if (failover.getMaxReconnectAttempts() < 0) {
                    failover.setMaxReconnectAttempts(0);
                }
            }
            return transport;
        }
    }
}
