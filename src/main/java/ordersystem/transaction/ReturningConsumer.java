package ordersystem.transaction;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageListener;
import org.jspecify.annotations.Nullable;

/**
 * A consumer that can give back what the broker has sent it ahead, for others to take: it closes the real consumer, and
 * opens another one when it is next asked for a message. (A container that is suspended keeps what it has.) Used by one
 * thread at a time, as any consumer; between transactions only, because what a transaction holds stays with it.
 */
final class ReturningConsumer implements MessageConsumer {

    /** Makes the real consumer. */
    interface Opening {
        MessageConsumer open() throws JMSException;
    }

    private final Opening opening;
    private @Nullable MessageConsumer open;
    private boolean closed;

    ReturningConsumer(Opening opening) throws JMSException {
        this.opening = opening;
        this.open = opening.open();
    }

    /** Idempotent. */
    void giveBack() throws JMSException {
        if (open != null) {
            open.close();
            open = null;
        }
    }

    private MessageConsumer opened() throws JMSException {
        if (closed) {
            throw new jakarta.jms.IllegalStateException("this consumer is closed");
        }
        if (open == null) {
            open = opening.open();
        }
        return open;
    }

    @Override
    public @Nullable Message receive() throws JMSException {
        return opened().receive();
    }

    @Override
    public @Nullable Message receive(long timeout) throws JMSException {
        return opened().receive(timeout);
    }

    @Override
    public @Nullable Message receiveNoWait() throws JMSException {
        return opened().receiveNoWait();
    }

    @Override
    public String getMessageSelector() throws JMSException {
        return opened().getMessageSelector();
    }

    @Override
    public MessageListener getMessageListener() throws JMSException {
        return opened().getMessageListener();
    }

    @Override
    public void setMessageListener(MessageListener listener) throws JMSException {
        opened().setMessageListener(listener);
    }

    @Override
    public void close() throws JMSException {
        closed = true;
        giveBack();
    }
}
