package ordersystem.order;

/**
 * A permanent fault: trying again will not help. Everything else that fails is taken as transient and is retried. A
 * fulfilment route throws it, or names its own exception type in {@code routes/00-failure-policy.camel.yaml}.
 */
public class UnprocessableOrderException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnprocessableOrderException(String message) {
        super(message);
    }

    public UnprocessableOrderException(String message, Throwable cause) {
        super(message, cause);
    }
}
