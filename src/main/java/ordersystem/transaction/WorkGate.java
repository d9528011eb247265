package ordersystem.transaction;

import org.jspecify.annotations.Nullable;

/**
 * Whether orders may be worked off now. {@link BatchContainer} asks before it receives from a lane, and tells how each
 * turn ended. Safe for any number of threads.
 */
public interface WorkGate {

    /** Nothing stands in the way, and nobody is told anything: for queues that are no lanes. */
    WorkGate OPEN = queue -> Leave.ALWAYS;

    /**
     * Asks for leave to take work; whoever gets it closes it after his batch.
     *
     * @param queue of a lane
     * @return null where nothing may be taken now: the caller gives back what the broker has sent ahead, and asks again
     */
    @Nullable
    Leave enter(String queue);

    /** Leave for one consumer to take work, for one batch. The turns may end on other threads. */
    interface Leave extends AutoCloseable {

        Leave ALWAYS = new Leave() {};

        /** Whether it is for a single order. */
        default boolean isForOne() {
            return false;
        }

        /** Whether more may be taken on it; asked after each message. */
        default boolean holds() {
            return true;
        }

        /** A turn ended with the order handed over. */
        default void succeeded() {}

        /**
         * A turn failed for a reason that may pass.
         *
         * @return whether that counts as an attempt of the order: not where it is the victim of an outage
         */
        default boolean failed(Throwable cause) {
            return true;
        }

        @Override
        default void close() {}
    }
}
