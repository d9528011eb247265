package ordersystem.testkit;

import java.util.Map;

/**
 * A message that came out of a queue.
 *
 * @param body text; what was sent as bytes is read as UTF-8
 * @param headers by name, {@code OrderId} and {@code OrderLane} among them
 */
public record Received(String body, Map<String, Object> headers) {

    public Received {
        headers = Map.copyOf(headers);
    }

    /** As text; empty where there is no such header. */
    public String header(String name) {
        return String.valueOf(headers.getOrDefault(name, ""));
    }
}
