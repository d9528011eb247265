package ordersystem.ledger;

/** The database is set so that it can forget what it has committed. The program refuses to start on it. */
public final class LedgerUnsafeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LedgerUnsafeException(String message) {
        super(message);
    }
}
