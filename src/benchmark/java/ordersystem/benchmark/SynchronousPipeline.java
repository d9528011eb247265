package ordersystem.benchmark;

import ordersystem.benchmark.peers.SynchronousService;

/** The synchronous service as a worker hosts it: it takes orders over HTTP only, and hands them over in its answer. */
final class SynchronousPipeline implements Pipeline {

    private final SynchronousService service;

    SynchronousPipeline(SynchronousService service) {
        this.service = service;
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
        return service.settings();
    }

    @Override
    public void close() throws Exception {
        service.close();
    }
}
