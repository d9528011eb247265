package ordersystem.ledger;

/** What a person wants to do with an order does not go with where the order stands; the message says both. */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
        super(message);
    }
}
