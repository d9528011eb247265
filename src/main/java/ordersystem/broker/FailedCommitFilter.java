package ordersystem.broker;

import javax.transaction.xa.XAException;
import org.apache.activemq.broker.Broker;
import org.apache.activemq.broker.BrokerFilter;
import org.apache.activemq.broker.ConnectionContext;
import org.apache.activemq.command.TransactionId;

/**
 * Ends a transaction whose commit is refused because one of its sends failed, in a full store for example. The client
 * takes it for rolled back; ActiveMQ 6.3.1 forgets it and keeps, until the connection closes, every journal file from
 * the transaction's first write on, so that a store that was full once never gets room again. Called by the broker on
 * the committing connection's thread; stateless.
 */
final class FailedCommitFilter extends BrokerFilter {

    FailedCommitFilter(Broker next) {
        super(next);
    }

    @Override
    public void commitTransaction(ConnectionContext context, TransactionId id, boolean onePhase) throws Exception {
        try {
            super.commitTransaction(context, id, onePhase);
        } catch (XAException refused) {
            if (id.isLocalTransaction() && context.getTransactions().containsKey(id)) {
                super.rollbackTransaction(context, id);
            }
            throw refused;
        }
    }
}
