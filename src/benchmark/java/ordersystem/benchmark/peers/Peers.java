package ordersystem.benchmark.peers;

import ordersystem.benchmark.Pipeline;
import ordersystem.benchmark.Surroundings;

public final class Peers {
    private Peers() {}

    public static Pipeline create(String name, Surroundings surroundings) {
        throw new IllegalArgumentException(name);
    }
}
