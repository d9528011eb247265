package ordersystem.transaction;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.Destination;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connection factory of the {@code activemq} component. Outside of a delivery it is the pool that it wraps. Inside of
 * one, the connections that it hands out are not connections: their sessions make messages with the delivery's own
 * session, and their producers collect into the {@link Delivery}. Routes and Spring's JmsTemplate do not notice.
 *
 * <p>Receiving is not possible inside of a delivery: a reply would be waited for before the request is sent.
 */
public final class CollectingConnectionFactory implements ConnectionFactory {

    private static final Set<String> REFUSED = Set.of(
            "createConsumer",
            "createSharedConsumer",
            "createDurableConsumer",
            "createSharedDurableConsumer",
            "createDurableSubscriber",
            "createBrowser",
            "createTemporaryQueue",
            "createTemporaryTopic");

    private final ConnectionFactory pool;

    public CollectingConnectionFactory(ConnectionFactory pool) {
        this.pool = pool;
    }

    @Override
    public Connection createConnection() throws JMSException {
        Delivery delivery = Delivery.current();
        return delivery == null ? pool.createConnection() : collecting(delivery);
    }

    @Override
    public Connection createConnection(String userName, String password) throws JMSException {
        Delivery delivery = Delivery.current();
        return delivery == null ? pool.createConnection(userName, password) : collecting(delivery);
    }

    private Connection collecting(Delivery delivery) {
        return proxy(Connection.class, (self, method, arguments) -> switch (method.getName()) {
            case "createSession" -> session(delivery);
            case "start", "stop", "close", "setExceptionListener" -> null;
            default -> object(self, method.getName(), arguments, "connection");
        });
    }

    private Session session(Delivery delivery) {
        return proxy(Session.class, (self, method, arguments) -> {
            String name = method.getName();
            if (REFUSED.contains(name)) {
                throw new jakarta.jms.IllegalStateException(
                        name + " inside of a delivery: give request-reply an activemq component of its own, with a"
                                + " connection factory of its own");
            }
            return switch (name) {
                case "createProducer" -> producer(delivery, (Destination) arguments[0]);
                case "close", "commit", "rollback", "recover", "setMessageListener" -> null;
                case "getTransacted" -> false;
                case "getAcknowledgeMode" -> Session.AUTO_ACKNOWLEDGE;
                case "hashCode", "equals", "toString" -> object(self, name, arguments, "session");
                default -> {
                    try {
                        yield method.invoke(delivery.session(), arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause() == null ? e : e.getCause();
                    }
                }
            };
        });
    }

    private MessageProducer producer(Delivery delivery, @Nullable Destination destination) throws JMSException {
        return proxy(MessageProducer.class, new Producer(delivery, destination));
    }

    private final class Producer implements InvocationHandler {
        private final Delivery delivery;
        private final @Nullable Destination destination;
        private int deliveryMode = Message.DEFAULT_DELIVERY_MODE;
        /** As the message in hand has it, where that is a high one; what the endpoint says wins. */
        private int priority;

        private long timeToLive = Message.DEFAULT_TIME_TO_LIVE;

        private Producer(Delivery delivery, @Nullable Destination destination) throws JMSException {
            this.delivery = delivery;
            this.destination = destination;
            this.priority = delivery.priority();
        }

        @Override
        @SuppressWarnings("NullAway") // the interface's own null rules hold here
        public @Nullable Object invoke(Object self, java.lang.reflect.Method method, Object @Nullable [] arguments)
                throws JMSException {
            switch (method.getName()) {
                case "send" -> send(arguments);
                case "setDeliveryMode" -> deliveryMode = (int) arguments[0];
                case "setPriority" -> priority = (int) arguments[0];
                case "setTimeToLive" -> timeToLive = (long) arguments[0];
                case "getDestination" -> {
                    return destination;
                }
                case "getDeliveryMode" -> {
                    return deliveryMode;
                }
                case "getPriority" -> {
                    return priority;
                }
                case "getTimeToLive", "getDeliveryDelay" -> {
                    return method.getName().equals("getTimeToLive") ? timeToLive : 0L;
                }
                case "getDisableMessageID", "getDisableMessageTimestamp" -> {
                    return false;
                }
                case "close", "setDisableMessageID", "setDisableMessageTimestamp", "setDeliveryDelay" -> {}
                default -> {
                    return object(self, method.getName(), arguments, "producer");
                }
            }
            return null;
        }

        /** send(message), (message, mode, priority, ttl), (destination, message), (destination, message, mode, ...). */
        private void send(Object[] arguments) throws JMSException {
            boolean named = arguments[0] instanceof Destination;
            int at = named ? 1 : 0;
            Destination to = named ? (Destination) arguments[0] : destination;
            if (to == null) {
                throw new jakarta.jms.InvalidDestinationException("a message without a destination");
            }
            boolean quality = arguments.length >= at + 4;
            Delivery.Send send = new Delivery.Send(
                    to,
                    (Message) arguments[at],
                    quality ? (int) arguments[at + 1] : deliveryMode,
                    quality ? (int) arguments[at + 2] : priority,
                    quality ? (long) arguments[at + 3] : timeToLive);
            if (!delivery.collect(send)) {
                sendNow(send);
            }
        }
    }

    private void sendNow(Delivery.Send send) throws JMSException {
        try (Connection connection = pool.createConnection();
                Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
                MessageProducer producer = session.createProducer(null)) {
            producer.send(send.destination(), send.message(), send.deliveryMode(), send.priority(), send.timeToLive());
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    /** The methods of Object; anything else is not to be had inside of a delivery. */
    private static Object object(Object self, String name, Object @Nullable [] arguments, String what)
            throws JMSException {
        return switch (name) {
            case "hashCode" -> System.identityHashCode(self);
            case "equals" -> arguments != null && self == arguments[0];
            case "toString" -> "collecting " + what;
            default -> throw new jakarta.jms.IllegalStateException(name + " inside of a delivery");
        };
    }

    @Override
    public JMSContext createContext() {
        return pool.createContext();
    }

    @Override
    public JMSContext createContext(int sessionMode) {
        return pool.createContext(sessionMode);
    }

    @Override
    public JMSContext createContext(String userName, String password) {
        return pool.createContext(userName, password);
    }

    @Override
    public JMSContext createContext(String userName, String password, int sessionMode) {
        return pool.createContext(userName, password, sessionMode);
    }
}
