package ordersystem.brake;

/** What stands in the way of work, from the least to the most. */
public enum BrakeState {
    /** Nothing. */
    CLOSED("orders are worked off"),
    /** The outage is over, and the number of consumers that may work grows. */
    RAMP("the outage is over; work starts again, slowly"),
    /** One order at a time is tried. */
    HALF_OPEN("one order is tried at a time"),
    /** Nothing is worked off, because whoever fulfils orders is away. */
    OPEN("nothing is worked off: whoever fulfils orders is away"),
    /** Somebody has paused fulfilment. */
    MAINTENANCE("nothing is worked off: fulfilment is paused for maintenance");

    private final String words;

    BrakeState(String words) {
        this.words = words;
    }

    /** The same for people. */
    public String words() {
        return words;
    }

    boolean isOutage() {
        return this == OPEN || this == HALF_OPEN;
    }
}
