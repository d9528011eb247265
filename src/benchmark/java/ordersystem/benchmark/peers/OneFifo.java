package ordersystem.benchmark.peers;

import ordersystem.benchmark.Surroundings;

/** One plain queue, no lanes, one hop, by hand and in batches: the best that one queue can be. */
final class OneFifo implements Peer {

    private final Surroundings surroundings;
    private final int prefetch;
    private final int connections;
    private final PeerLedger ledger;
    private final Consumers consumers;

    OneFifo(Surroundings surroundings) {
        this.surroundings = surroundings;
        prefetch = Integer.getInteger("peer.prefetch", 2 * surroundings.batch());
        connections = Integer.getInteger("peer.pool", surroundings.consumers());
        ledger = new PeerLedger(surroundings, connections);
        consumers = new Consumers(
                HandWritten.connectionFactory(surroundings, prefetch), surroundings.batch(), surroundings);
    }

    @Override
    public void start() throws Exception {
        consumers.open();
        for (int i = 0; i < surroundings.consumers(); i++) {
            String name = Peers.INCOMING + "-" + i;
            ledger.addCounter(name);
            consumers.consume(Peers.INCOMING, name, Hops.receiveAndProcess(ledger, surroundings.warehouse()));
        }
    }

    @Override
    public void stop() throws Exception {
        consumers.stop();
    }

    @Override
    public String settings() {
        return surroundings.consumers() + " threads, batch " + surroundings.batch() + ", prefetch " + prefetch
                + ", one hop without lanes, a connection and an anonymous producer a thread,"
                + " alwaysSessionAsync=false; " + PeerLedger.settings(connections);
    }

    @Override
    public void close() throws Exception {
        stop();
        ledger.close();
    }
}
