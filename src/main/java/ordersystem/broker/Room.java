package ordersystem.broker;

import org.jspecify.annotations.Nullable;

/**
 * How much room there is for more orders. A reserve is kept for those already taken in, because each hop writes before it
 * frees.
 *
 * @param brokerStore null where the broker looks after it, and does not tell
 * @param diskFree bytes
 * @param diskReserve orders.disk.reserve in bytes
 */
public record Room(@Nullable Store brokerStore, long diskFree, long diskReserve) {

    /**
     * The broker's store.
     *
     * @param percentUsed of its limit; above 100 where the last messages were big
     * @param mark percent from which on no order is taken in
     * @param limit the setting of the limit
     */
    public record Store(int percentUsed, int mark, String limit) {}

    private static final int NEARLY = 10;
    private static final long MB = 1024 * 1024;

    /** With an embedded broker, whose limit is orders.broker.store-limit. */
    public Room(int storePercentUsed, long diskFree, long diskReserve) {
        this(
                new Store(storePercentUsed, BrokerSettings.INTAKE_HIGH_WATER_PERCENT, "orders.broker.store-limit"),
                diskFree,
                diskReserve);
    }

    public boolean isForMore() {
        return whyNotInStore() == null && whyNotOnDisk() == null;
    }

    /** Null where the store has room for more orders. */
    public @Nullable String whyNotInStore() {
        return isStoreUsed(0) ? store() : null;
    }

    /** Null where the disk has room for more orders. */
    public @Nullable String whyNotOnDisk() {
        return diskFree >= diskReserve ? null : disk();
    }

    public boolean isStoreNearlyFull() {
        return isStoreUsed(NEARLY);
    }

    private boolean isStoreUsed(int belowMark) {
        return brokerStore != null && brokerStore.percentUsed() >= brokerStore.mark() - belowMark;
    }

    /** Less than the reserve once more. */
    public boolean isDiskNearlyFull() {
        return diskFree < 2 * diskReserve;
    }

    /** How the store stands, in words. */
    public String store() {
        return brokerStore == null
                ? "it answers, and does not tell how full its store is"
                : brokerStore.percentUsed() + " % of the broker's store are used; no order is taken in from "
                        + brokerStore.mark() + " % on (" + brokerStore.limit() + ")";
    }

    /** How the disk stands, in words. */
    public String disk() {
        return "%,d MB of the disk are free; no order is taken in below %,d MB (orders.disk.reserve)"
                .formatted(diskFree / MB, diskReserve / MB);
    }
}
