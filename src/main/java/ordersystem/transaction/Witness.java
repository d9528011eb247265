package ordersystem.transaction;

import java.time.Instant;
import ordersystem.ledger.Change;

/**
 * Is told what became of orders, once both the ledger and the broker have it. Called on the consumers' threads, between
 * two batches: it must be quick, and must not throw. A crash between the commit and the word loses the word.
 */
public interface Witness {

    /** Is not interested. */
    Witness NOBODY = new Witness() {};

    /** Each word goes to one, then to the other. */
    static Witness both(Witness one, Witness other) {
        return new Witness() {
            @Override
            public void received(Change change) {
                one.received(change);
                other.received(change);
            }

            @Override
            public void processed(Change change, Instant receivedAt) {
                one.processed(change, receivedAt);
                other.processed(change, receivedAt);
            }

            @Override
            public void failed(Change change) {
                one.failed(change);
                other.failed(change);
            }
        };
    }

    /** An order was taken in: it is on its way, or waits for room. */
    default void received(Change change) {}

    /**
     * An order was handed over.
     *
     * @param receivedAt when it was taken in
     */
    default void processed(Change change, Instant receivedAt) {}

    /** An order was filed as a dead letter. */
    default void failed(Change change) {}
}
