package ordersystem.broker;

import org.jspecify.annotations.Nullable;

/**
 * How much room there is for more orders. A reserve is kept for those already taken in, because each hop writes before it
 * frees.
 *
 * @param storePercentUsed of orders.broker.store-limit; above 100 where the last messages were big
 * @param diskFree bytes
 * @param diskReserve orders.disk.reserve in bytes
 */
public record Room(int storePercentUsed, long diskFree, long diskReserve) {

    private static final int STORE_NEARLY_FULL_PERCENT = BrokerSettings.INTAKE_HIGH_WATER_PERCENT - 10;
    private static final long MB = 1024 * 1024;

    public boolean isForMore() {
        return whyNotInStore() == null && whyNotOnDisk() == null;
    }

    /** Null where the store has room for more orders. */
    public @Nullable String whyNotInStore() {
        return storePercentUsed < BrokerSettings.INTAKE_HIGH_WATER_PERCENT ? null : store();
    }

    /** Null where the disk has room for more orders. */
    public @Nullable String whyNotOnDisk() {
        return diskFree >= diskReserve ? null : disk();
    }

    public boolean isStoreNearlyFull() {
        return storePercentUsed >= STORE_NEARLY_FULL_PERCENT;
    }

    /** Less than the reserve once more. */
    public boolean isDiskNearlyFull() {
        return diskFree < 2 * diskReserve;
    }

    /** How the store stands, in words. */
    public String store() {
        return storePercentUsed + " % of the broker's store are used; no order is taken in from "
                + BrokerSettings.INTAKE_HIGH_WATER_PERCENT + " % on (orders.broker.store-limit)";
    }

    /** How the disk stands, in words. */
    public String disk() {
        return "%,d MB of the disk are free; no order is taken in below %,d MB (orders.disk.reserve)"
                .formatted(diskFree / MB, diskReserve / MB);
    }
}
