package ordersystem.benchmark.peers;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import ordersystem.benchmark.Pipeline;
import ordersystem.drill.baseline.SynchronousService;

/** The synchronous service as a worker hosts it: it takes orders over HTTP only, and hands them over in its answer. */
final class SynchronousPipeline implements Pipeline {

    private final int threads;
    private final int connections;
    private final PeerLedger ledger;
    private final SynchronousService service;

    SynchronousPipeline(String jdbcUrl, String user, String password, int threads, Duration warehouse, double faultRate)
            throws Exception {
        this.threads = threads;
        connections = SynchronousService.connections(threads);
        ledger = new PeerLedger(jdbcUrl, user, password, connections);
        service = new SynchronousService(
                ledger.dataSource(),
                threads,
                (order, body) -> {
                    Peers.fulfil(order, warehouse);
                    return ThreadLocalRandom.current().nextDouble() >= faultRate;
                },
                0);
    }

    @Override
    public int port() {
        return service.port();
    }

    @Override
    public boolean hasQueues() {
        return false;
    }

    @Override
    public String incoming() {
        throw new UnsupportedOperationException("no queues");
    }

    @Override
    public String fulfilled() {
        throw new UnsupportedOperationException("no queues");
    }

    /** It listens from its making on. */
    @Override
    public void start() {}

    @Override
    public void stop() {
        throw new UnsupportedOperationException("it works as long as it is there");
    }

    @Override
    public String settings() {
        return SynchronousService.settings(threads) + "; " + PeerLedger.settings(connections);
    }

    @Override
    public void close() throws Exception {
        service.close();
        ledger.close();
    }
}
