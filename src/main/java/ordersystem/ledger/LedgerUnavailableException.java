package ordersystem.ledger;

import org.jspecify.annotations.Nullable;

/** The ledger is away, or too busy to answer in time. No order is to blame: roll back and try the same again later. */
public final class LedgerUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LedgerUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
