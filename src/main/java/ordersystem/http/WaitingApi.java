package ordersystem.http;

import java.util.List;
import ordersystem.ledger.Counts;
import ordersystem.ledger.Ledger;
import ordersystem.ledger.Retries;
import ordersystem.ledger.RetryGroup;
import org.apache.camel.Exchange;

/** The bean {@code waitingApi}: what goes on by itself later, for the management port. Thread-safe. */
public final class WaitingApi {

    private static final int MOST_GROUPS = 100;

    private final Ledger ledger;

    public WaitingApi(Ledger ledger) {
        this.ledger = ledger;
    }

    /**
     * What waits without a person.
     *
     * @param deferred orders that wait for room in their lane
     * @param retrying orders that wait for another turn
     * @param retries the latter by kind of fault and place, the largest first
     * @param looked how many of them were looked at for that, at most
     */
    record Waiting(long deferred, long retrying, List<RetryGroup> retries, int looked) {}

    public void waiting(Exchange exchange) {
        Counts counts = ledger.counts();
        Answer.json(
                        200,
                        new Waiting(
                                counts.deferred(),
                                counts.retrying(),
                                ledger.retries().groups(MOST_GROUPS),
                                Retries.SAMPLE))
                .writeTo(exchange.getMessage());
    }
}
