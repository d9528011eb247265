package ordersystem.operations;

/** No system answered. The message is one line that says where one was looked for, and what to do. */
public final class NotRunningException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotRunningException(String message) {
        super(message);
    }

    NotRunningException(String message, Throwable cause) {
        super(message, cause);
    }
}
