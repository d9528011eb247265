package ordersystem;

/** Why OrderSystem does not start: one line that says what is wrong, where, and what to do. Shown without a stack trace. */
public final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StartException(String message) {
        super(message);
    }

    public StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
