package ordersystem.http;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import ordersystem.broker.Receipt;
import ordersystem.ledger.LedgerUnavailableException;
import ordersystem.ledger.RefusedException;
import ordersystem.order.InvalidOrderException;
import ordersystem.order.InvalidOrderException.Violation;

/**
 * What went wrong, as {@code application/problem+json} (RFC 9457). Never holds an exception's text that was not meant for
 * the client.
 *
 * @param type what a program tells problems apart by; {@code about:blank} where the status says it all
 * @param detail this case, in words
 * @param violations of the order's schema, all of them
 * @param retryAfter seconds after which trying again makes sense; 0 for never
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record Problem(
        String type,
        String title,
        int status,
        String detail,
        List<Violation> violations,
        @JsonIgnore int retryAfter) {

    private static final int RETRY_SECONDS = 5;

    static Problem of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof InvalidOrderException invalid) {
                return new Problem(
                        "invalid-order",
                        "Not an order",
                        400,
                        String.valueOf(invalid.getMessage()),
                        invalid.violations(),
                        0);
            }
            if (cause instanceof InvalidRequestException) {
                return plain(400, "Bad Request", String.valueOf(cause.getMessage()));
            }
            if (cause instanceof RefusedException) {
                return plain(409, "Conflict", String.valueOf(cause.getMessage()));
            }
            if (cause instanceof LedgerUnavailableException) {
                return unavailable("ledger-unavailable", "The ledger does not answer", "nothing is lost; ask again");
            }
        }
        return plain(500, "Internal Server Error", "the log of OrderSystem says more");
    }

    /** The problem of an order that was not taken in. */
    static Problem of(Receipt receipt) {
        return switch (receipt.verdict()) {
            case CONFLICT ->
                new Problem("order-conflict", "The order id is taken", 409, receipt.reason(), List.of(), 0);
            case NOT_ACCEPTED ->
                unavailable("not-accepted", "The order was not accepted", receipt.reason() + "; try again later");
            case UNKNOWN ->
                unavailable(
                        "outcome-unknown",
                        "Whether the order was accepted is not known",
                        receipt.reason() + "; send the same again, it counts once");
            case ACCEPTED -> throw new IllegalArgumentException("no problem: " + receipt);
        };
    }

    static Problem plain(int status, String title, String detail) {
        return new Problem("about:blank", title, status, detail, List.of(), 0);
    }

    static Problem unavailable(String type, String title, String detail) {
        return new Problem(type, title, 503, detail, List.of(), RETRY_SECONDS);
    }

    Problem retryAfter(int seconds) {
        return new Problem(type, title, status, detail, violations, seconds);
    }

    Answer answer() {
        return new Answer(
                status,
                "application/problem+json",
                retryAfter == 0 ? Map.of() : Map.of("Retry-After", Integer.toString(retryAfter)),
                this);
    }
}
