package ordersystem.broker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import ordersystem.access.Certificate;
import ordersystem.access.Users;
import org.jspecify.annotations.Nullable;

/**
 * What the embedded broker is started with. Immutable.
 *
 * @param name the broker's name in JMX and in {@code vm://} URLs; unique in its JVM
 * @param folder where messages are kept; one broker at a time
 * @param connector where JMS clients of other processes connect, for example {@code tcp://127.0.0.1:61616}; port 0 takes
 *     a free one; null or {@code none} for none
 * @param storeLimit bytes that the store may take on disk, at least {@link #smallestStoreLimit()}
 * @param targetRate orders per second that the store's reserve is reckoned for
 * @param bytesPerOrder bytes that one order writes to the store before the first of them is freed, every hop's copy
 *     included
 * @param diskReserve bytes that must be free on the folder's disk, or orders are not taken in
 * @param intake names of the queues that take orders in
 * @param otherConnectors of other protocols, {@code amqp://} or {@code stomp://}; {@code none} is none
 * @param protection of the connectors
 */
public record BrokerSettings(
        String name,
        Path folder,
        @Nullable String connector,
        long storeLimit,
        int targetRate,
        long bytesPerOrder,
        long diskReserve,
        Set<String> intake,
        List<String> otherConnectors,
        Protection protection) {

    /**
     * Who may connect, and whether it can be overheard.
     *
     * @param users null where nobody is asked who they are
     * @param certificate of the connectors that speak TLS; null where none does
     */
    public record Protection(
            @Nullable Users users, @Nullable Certificate certificate) {
        /** For connectors that only programs on this machine reach. */
        public static final Protection NONE = new Protection(null, null);
    }

    /** The broker's name in JMX and in {@code vm://} URLs. */
    public static final String DEFAULT_NAME = "ordersystem";

    /** An order of 2 KB, written to orders.incoming, its lane and orders.fulfilled, with acknowledgements. */
    public static final long DEFAULT_BYTES_PER_ORDER = 8 * 1024;

    /** The queues that take orders in refuse from here on; what is above is kept for the work in progress. */
    static final int INTAKE_HIGH_WATER_PERCENT = 70;

    /** A queue in front of the intake refuses earlier, or what it holds would leave the intake no room to take it over. */
    static final int LEGACY_HIGH_WATER_PERCENT = 50;

    /** How often the broker deletes journal files in which no message is left: room appears only then. */
    static final Duration CLEANUP_INTERVAL = Duration.ofSeconds(5);

    private static final long MB = 1024 * 1024;

    public BrokerSettings {
        folder = folder.toAbsolutePath().normalize();
        intake = Set.copyOf(intake);
        otherConnectors =
                otherConnectors.stream().filter(each -> !each.equals("none")).toList();
        connector = "none".equals(connector) ? null : connector;
        if (targetRate < 1 || bytesPerOrder < 1) {
            throw new IllegalArgumentException("the reserve of the store: target rate " + targetRate + " orders/s and "
                    + bytesPerOrder + " bytes per order must both be at least 1");
        }
        if (!hasReserve(storeLimit, targetRate, bytesPerOrder)) {
            long smallest = smallestStoreLimit(targetRate, bytesPerOrder);
            throw new IllegalArgumentException("orders.broker.store-limit: " + storeLimit / MB
                    + " MB leaves too small a reserve for the work in progress; at least " + smallest / MB + " MB for "
                    + targetRate + " orders/s");
        }
    }

    /** Settings with the default name and bytes per order, and no reserve on the disk beyond the store's. */
    public BrokerSettings(Path folder, @Nullable String connector, long storeLimit, int targetRate) {
        this(DEFAULT_NAME, folder, connector, storeLimit, targetRate, DEFAULT_BYTES_PER_ORDER, 0);
    }

    /** Settings where orders come in by {@link Door#INCOMING} alone. */
    public BrokerSettings(
            String name,
            Path folder,
            @Nullable String connector,
            long storeLimit,
            int targetRate,
            long bytesPerOrder,
            long diskReserve) {
        this(
                name,
                folder,
                connector,
                storeLimit,
                targetRate,
                bytesPerOrder,
                diskReserve,
                Set.of(Door.INCOMING),
                List.of(),
                Protection.NONE);
    }

    /** The smallest store limit, in bytes, whose reserve holds what the target rate writes between two clean-ups. */
    public long smallestStoreLimit() {
        return smallestStoreLimit(targetRate, bytesPerOrder);
    }

    private static long smallestStoreLimit(int targetRate, long bytesPerOrder) {
        long limit = MB;
        while (!hasReserve(limit, targetRate, bytesPerOrder)) {
            limit += MB;
        }
        return limit;
    }

    /** Bytes of one journal file: small enough that a small store frees room in many steps, at most 32 MB. */
    int journalFileLength() {
        return journalFileLength(storeLimit);
    }

    /**
     * Whether reserve &ge; rate &times; bytes &times; clean-up interval + two journal files: every hop writes before it
     * frees, freed room appears at the next clean-up, and a file is freed as a whole or not at all.
     */
    private static boolean hasReserve(long storeLimit, int targetRate, long bytesPerOrder) {
        long between = targetRate * bytesPerOrder * CLEANUP_INTERVAL.toSeconds();
        return reserve(storeLimit) >= between + 2L * journalFileLength(storeLimit);
    }

    private static long reserve(long storeLimit) {
        return storeLimit / 100 * (100 - INTAKE_HIGH_WATER_PERCENT);
    }

    private static int journalFileLength(long storeLimit) {
        return (int) Math.max(4 * MB, Math.min(32 * MB, storeLimit / 16));
    }
}
