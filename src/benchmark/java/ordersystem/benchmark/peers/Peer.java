package ordersystem.benchmark.peers;

import ordersystem.benchmark.Pipeline;

/** A pipeline on the queues that all peers share by name, each in a broker of its own. */
interface Peer extends Pipeline {

    @Override
    default String incoming() {
        return Peers.INCOMING;
    }

    @Override
    default String fulfilled() {
        return Peers.FULFILLED;
    }
}
