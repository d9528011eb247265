package ordersystem.broker;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.activemq.util.DefaultIOExceptionHandler;

/**
 * What happens when the disk refuses a write, a full one included: the broker stops, nobody's message is acknowledged,
 * and the program is told to end. Going on would mean an index that no longer agrees with the journal; ActiveMQ's default
 * goes on, and came back as an empty queue. Called by the broker on any of its threads.
 */
final class StoreFaults extends DefaultIOExceptionHandler {

    private final MessageJournal journal;
    private final Consumer<IOException> onFault;
    private final AtomicBoolean told = new AtomicBoolean();

    StoreFaults(MessageJournal journal, Consumer<IOException> onFault) {
        this.journal = journal;
        this.onFault = onFault;
        setIgnoreNoSpaceErrors(false);
        setIgnoreSQLExceptions(false);
    }

    @Override
    public void handle(IOException exception) {
        journal.fault();
        if (!broker.isStarted()) {
            // The default resumes in this case, as if the write had been made.
            throw new IllegalStateException(exception.getMessage(), exception);
        }
        tell(exception);
        super.handle(exception);
    }

    /** Tells the program, once, on a thread of its own: this one may hold the store's locks. */
    void tell(IOException exception) {
        if (told.compareAndSet(false, true)) {
            Thread thread = new Thread(() -> onFault.accept(exception), "broker-store-fault");
            thread.setDaemon(true);
            thread.start();
        }
    }
}
