package ordersystem.transaction;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what no message brought: orders out of the ledger, through the routes that know where a lane leads, in one JMS
 * transaction. Called by the releaser; one caller at a time.
 */
public final class Dispatch {

    private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);

    private final ConnectionFactory connections;

    public Dispatch(ConnectionFactory connections) {
        this.connections = connections;
    }

    /**
     * Runs {@code route} for each item, then sends what it sent, and commits.
     *
     * @return for each item the queue that it was sent to; null where its route failed, which sends nothing of it
     * @throws DispatchException where the broker did not take it: nothing was sent, or the outcome is not known
     */
    public <T extends Object> List<@Nullable String> sendAll(List<T> items, Consumer<T> route) {
        List<@Nullable String> places = new ArrayList<>();
        try (Connection connection = connections.createConnection();
                Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
                Outbox outbox = new Outbox(session)) {
            for (T item : items) {
                Delivery delivery = new Delivery(session, null, WorkGate.Leave.ALWAYS, null);
                String place = run(delivery, item, route);
                places.add(place);
                if (place != null) {
                    outbox.send(delivery.sends());
                }
            }
            session.commit();
            return places;
        } catch (JMSException e) {
            throw new DispatchException(
                    "the broker did not take " + items.size() + " due order(s): " + e.getMessage(), e);
        }
    }

    private static <T> @Nullable String run(Delivery delivery, T item, Consumer<T> route) throws JMSException {
        Delivery before = Delivery.bind(delivery);
        try {
            route.accept(item);
            return delivery.place(item.toString());
        } catch (RuntimeException e) {
            LOG.warn("One of the due orders could not be sent: {}", e.getMessage(), e);
            return null;
        } finally {
            Delivery.bind(before);
            delivery.seal();
        }
    }

    /** The broker is away, or full. */
    public static final class DispatchException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        DispatchException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
