package ordersystem.http;

import ordersystem.order.InvalidOrderException.Violation;

/** A request that is wrong in one of its parameters. */
final class InvalidRequestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidRequestException(String parameter, String allowed) {
        super(new Violation(parameter, allowed).toString());
    }
}
