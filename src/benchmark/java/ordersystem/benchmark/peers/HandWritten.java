package ordersystem.benchmark.peers;

import java.util.List;
import ordersystem.benchmark.Surroundings;
import ordersystem.benchmark.peers.Consumers.Hop;
import ordersystem.order.Lane;
import org.apache.activemq.ActiveMQConnectionFactory;

/** JMS and JDBC without a framework, per message or in batches: as fast as this broker and this database can be. */
final class HandWritten implements Peer {

    private final Surroundings surroundings;
    private final int batch;
    private final int prefetch;
    private final int connections;
    private final PeerLedger ledger;
    private final Consumers consumers;

    private HandWritten(Surroundings surroundings, int batch, int prefetch, int connections) {
        this.surroundings = surroundings;
        this.batch = batch;
        this.prefetch = prefetch;
        this.connections = connections;
        ledger = new PeerLedger(surroundings, connections);
        consumers = new Consumers(connectionFactory(surroundings, prefetch), batch, surroundings);
    }

    static HandWritten perMessage(Surroundings surroundings) {
        return new HandWritten(
                surroundings,
                1,
                Integer.getInteger("peer.prefetch", 100),
                Integer.getInteger("peer.pool", 3 * surroundings.consumers()));
    }

    static HandWritten batched(Surroundings surroundings) {
        return new HandWritten(
                surroundings,
                surroundings.batch(),
                Integer.getInteger("peer.prefetch", 2 * surroundings.batch()),
                Integer.getInteger("peer.pool", 3 * surroundings.consumers()));
    }

    /** One session a connection, so that the client needs no thread between the connection and the session. */
    static ActiveMQConnectionFactory connectionFactory(Surroundings surroundings, int prefetch) {
        ActiveMQConnectionFactory factory = Peers.connectionFactory(surroundings, prefetch);
        factory.setAlwaysSessionAsync(false);
        return factory;
    }

    @Override
    public void start() throws Exception {
        consumers.open();
        consume(Peers.INCOMING, Hops.receive(ledger, batch > 1));
        Hop process = Hops.process(ledger, batch > 1, surroundings.warehouse());
        for (Lane lane : List.of(Lane.HIGH, Lane.NORMAL)) {
            consume(Peers.queue(lane), process);
        }
    }

    private void consume(String queue, Hop hop) throws Exception {
        for (int i = 0; i < surroundings.consumers(); i++) {
            String name = queue + "-" + i;
            ledger.addCounter(name);
            consumers.consume(queue, name, hop);
        }
    }

    @Override
    public void stop() throws Exception {
        consumers.stop();
    }

    @Override
    public String settings() {
        return surroundings.consumers() + " threads a queue, batch " + batch + ", prefetch " + prefetch
                + ", a connection and an anonymous producer a thread, alwaysSessionAsync=false; "
                + PeerLedger.settings(connections);
    }

    @Override
    public void close() throws Exception {
        stop();
        ledger.close();
    }
}
