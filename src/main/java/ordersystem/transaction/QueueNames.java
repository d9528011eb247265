package ordersystem.transaction;

import java.util.Set;

/** The queues that Java must know, where a message gets through no route or is lost. All others stand in the routes. */
public final class QueueNames {

    static final String INCOMING = "orders.incoming";
    static final String INVALID = "orders.invalid";
    /** What cannot even be filed in the waiting room; nobody reads it, the audit lists it. */
    static final String UNFILED = "orders.unfiled";

    private static final String DEAD_LETTER = ".dlq";
    private static final Set<String> NO_LANES = Set.of(INCOMING, INVALID, UNFILED, "orders.strays", "orders.fulfilled");

    private QueueNames() {}

    static boolean isLane(String queue) {
        return queue.startsWith("orders.") && !queue.endsWith(DEAD_LETTER) && !NO_LANES.contains(queue);
    }

    public static boolean isDeadLetter(String queue) {
        return queue.startsWith("orders.") && queue.endsWith(DEAD_LETTER);
    }

    static String deadLetter(String laneQueue) {
        return laneQueue + DEAD_LETTER;
    }
}
