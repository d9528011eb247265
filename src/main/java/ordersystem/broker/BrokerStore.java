package ordersystem.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.jms.JMSException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import ordersystem.order.Content;
import ordersystem.order.Content.Type;
import ordersystem.order.OrderHeaders;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.command.ActiveMQBytesMessage;
import org.apache.activemq.command.ActiveMQDestination;
import org.apache.activemq.command.ActiveMQQueue;
import org.apache.activemq.command.ActiveMQTextMessage;
import org.apache.activemq.command.Message;
import org.apache.activemq.command.MessageId;
import org.apache.activemq.store.MessageRecoveryListener;
import org.apache.activemq.util.ByteSequence;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages that a stopped broker left in its folder, read without starting a broker: all of them, where a browser sees
 * 400. Called by the audit. Sees what a broker started on the folder would send out: transactions that were not committed
 * are undone, which writes a record to the journal, as a broker would; nothing is deleted. One thread.
 */
public final class BrokerStore {

    private static final Logger LOG = LoggerFactory.getLogger(BrokerStore.class);

    private final Path folder;

    /** @param folder the folder of {@link BrokerSettings#folder()} */
    public BrokerStore(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    /**
     * Calls back for every message with the name of its queue, in the order in which a queue would hand them out. Holds one
     * message in memory at a time.
     *
     * @throws IllegalStateException in one line: a broker is running in the folder, or the store cannot be read
     */
    public void forEachMessage(BiConsumer<String, StoredMessage> consumer) {
        if (!MessageJournal.isIn(folder)) {
            return;
        }
        MessageJournal journal = null;
        try {
            journal = open();
            for (ActiveMQDestination destination : journal.getDestinations()) {
                if (destination instanceof ActiveMQQueue queue) {
                    String name = queue.getPhysicalName();
                    journal.createQueueMessageStore(queue)
                            .recover(new EveryMessage(message -> consumer.accept(name, stored(message))));
                }
            }
        } catch (Exception e) {
            throw new IllegalStateException(whyNotRead(e), e);
        } finally {
            close(journal);
        }
    }

    private MessageJournal open() throws Exception {
        MessageJournal journal = new MessageJournal(folder);
        journal.setCleanupInterval(0);
        journal.setCheckpointInterval(0);
        journal.keepUncleanStop();
        // Never started; the store asks it for its version, and reports a failing disk to it.
        BrokerService none = new BrokerService();
        none.setUseJmx(false);
        StoreFaults faults = new StoreFaults(journal, fault -> {});
        faults.setBrokerService(none);
        none.setIoExceptionHandler(faults);
        journal.setBrokerService(none);
        try {
            journal.start();
        } catch (Exception e) {
            close(journal);
            throw e;
        }
        return journal;
    }

    private static void close(@Nullable MessageJournal journal) {
        try {
            if (journal != null) {
                journal.stop();
            }
        } catch (Exception e) {
            LOG.warn("The broker's store was read but not closed cleanly; the broker will read its journal anew", e);
        }
    }

    private String whyNotRead(Exception e) {
        return MessageJournal.isLocked(e)
                ? "the broker's store in " + folder + " is in use: stop OrderSystem first"
                : "the broker's store in " + folder + " cannot be read: " + e.getMessage();
    }

    private static StoredMessage stored(Message message) throws Exception {
        return new StoredMessage(
                message.getMessageId().toProducerKey(),
                message.getPriority(),
                message.getProperty(OrderHeaders.STEP) instanceof Number step ? step.intValue() : null,
                message.getProperty(OrderHeaders.ID) instanceof String id ? id : null,
                message.getProperty(OrderHeaders.LANE) instanceof String lane ? lane : null,
                content(message));
    }

    private static Content content(Message message) throws JMSException {
        if (message instanceof ActiveMQTextMessage text) {
            return new Content(
                    Type.TEXT, Objects.requireNonNullElse(text.getText(), "").getBytes(UTF_8), Map.of());
        }
        if (message instanceof ActiveMQBytesMessage bytes) {
            bytes.reset();
            byte[] body = new byte[(int) bytes.getBodyLength()];
            bytes.readBytes(body);
            return new Content(Type.BYTES, body, Map.of());
        }
        ByteSequence raw = message.getContent();
        return new Content(Type.OTHER, raw == null ? new byte[0] : raw.toArray(), Map.of());
    }

    private interface Visitor {
        void visit(Message message) throws Exception;
    }

    private record EveryMessage(Visitor visitor) implements MessageRecoveryListener {

        @Override
        public boolean recoverMessage(Message message) throws Exception {
            visitor.visit(message);
            return true;
        }

        @Override
        public boolean recoverMessageReference(MessageId reference) {
            throw new UnsupportedOperationException("KahaDB hands out messages, not references");
        }

        @Override
        public boolean hasSpace() {
            return true;
        }

        @Override
        public boolean isDuplicate(MessageId reference) {
            return false;
        }
    }
}
