package ordersystem.journey;

/** A program whose embedded broker's store is filled by some hundred orders, and set as small a store must be. */
final class SmallStore {

    /** Characters that each order has more. */
    static final int NOTE_LENGTH = 14_000;

    private SmallStore() {}

    /** @param program not started yet */
    static void of(ProgramUnderTest program) {
        program.with("ORDERS_BROKER_STORE_LIMIT", "64MB")
                // Three copies of an order.
                .with("ORDERS_MESSAGE_SIZE", "48KB")
                .with("ORDERS_FULFILMENT_TARGET_RATE", "40");
    }
}
