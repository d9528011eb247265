package ordersystem.http;

import java.util.Objects;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bean {@code problems}: turns what failed in a route of the API into an answer. Thread-safe. */
public final class Problems {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    public void answer(Exchange exchange) {
        Exception failure = Objects.requireNonNull(
                exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class), "called without a failure");
        Problem problem = Problem.of(failure);
        if (problem.status() == 500) {
            LOG.error("{} failed", exchange.getFromRouteId(), failure);
        }
        problem.answer().writeTo(exchange.getMessage());
    }
}
