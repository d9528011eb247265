package ordersystem.ledger;

/** Where an order stands. Every order is in exactly one of these at any time. */
public enum State {
    /** On its way: in a lane's queue, or in a dead-letter queue and about to be filed. */
    RECEIVED(Count.PENDING),
    /** In the waiting room because there was no room in its lane. */
    DEFERRED(Count.PENDING),
    /** In the waiting room after a failed turn, until its next one is due. */
    RETRYING(Count.PENDING),
    /** Handed over. */
    PROCESSED(Count.PROCESSED),
    /** In the waiting room until a person decides. */
    FAILED(Count.FAILED),
    /** Given up by a person, with a reason. */
    DISCARDED(Count.FAILED),
    /** Withdrawn by a person before it was processed. */
    CANCELLED(Count.FAILED),
    /** Not an order: a message kept for a person under its message id. Not part of received. */
    INVALID(Count.INVALID),
    /** A message that is not an order, and that a person has dealt with: given up, or corrected and sent on as an order. */
    DISMISSED(Count.INVALID);

    /** The term of received = processed + failed + pending that a state belongs to. */
    public enum Count {
        PENDING,
        PROCESSED,
        FAILED,
        INVALID
    }

    private final Count count;

    State(Count count) {
        this.count = count;
    }

    public Count count() {
        return count;
    }

    /** Whether it is a dead letter, which stays until a person decides. */
    public boolean waitsForAPerson() {
        return this == FAILED || this == INVALID;
    }

    /** Whether it was given up, or dealt with; its body may have been erased then ({@link Interventions#erase}). */
    public boolean isGivenUp() {
        return this == DISCARDED || this == CANCELLED || this == DISMISSED;
    }

    /** Whether the order is still to be processed, by itself. */
    public boolean isNeeded() {
        return count == Count.PENDING;
    }

    /** Whether the ledger holds the order's body, so that no message is needed. */
    public boolean isWaiting() {
        return this != RECEIVED && this != PROCESSED;
    }
}
