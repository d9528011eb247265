package ordersystem.journey;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * One real order of the examples, and what the test knows of it without asking the program.
 *
 * @param valid whether each line has a quantity of at least 1 and a price of at least 0
 * @param urgent whether its content makes it high
 */
record Invoice(String orderId, String body, boolean valid, boolean urgent) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static List<Invoice> all() {
        try {
            return Files.readAllLines(Path.of("examples/orders/online-retail.ndjson")).stream()
                    .map(Invoice::of)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Invoice of(String body) {
        JsonNode order = read(body);
        boolean valid = true;
        for (JsonNode line : order.path("lines")) {
            valid &=
                    line.path("quantity").asInt() >= 1 && line.path("unitPrice").asDouble() >= 0;
        }
        boolean urgent = order.path("priority").asText().equals("HIGH")
                || order.path("shipping").asText().equals("EXPEDITED");
        return new Invoice(order.path("orderId").asText(), body, valid, urgent);
    }

    Fate fate() {
        return Fate.of(orderId);
    }

    /** Another order under the same id, valid by itself. */
    Invoice changed() {
        ObjectNode order = (ObjectNode) read(body);
        order.remove("total");
        order.put("comment", "changed afterwards");
        return new Invoice(orderId, order.toString(), valid, urgent);
    }

    /** The same lines as an order of its own, with a note that makes it large. */
    Invoice enlarged(String newId, int noteLength) {
        ObjectNode order = (ObjectNode) read(body);
        order.put("orderId", newId);
        order.put("note", "x".repeat(noteLength));
        return new Invoice(newId, order.toString(), valid, urgent);
    }

    /** The same lines as an order of its own, of another customer. */
    Invoice under(String newId, String customer) {
        ObjectNode order = (ObjectNode) read(body);
        order.put("orderId", newId);
        order.put("customerId", customer);
        return new Invoice(newId, order.toString(), valid, urgent);
    }

    byte[] bytes() {
        return body.getBytes(StandardCharsets.UTF_8);
    }

    /** The same number for the same order in every run, for shares such as "one of twenty". */
    int number() {
        return Math.floorMod(orderId.hashCode() * 0x9E3779B1 >>> 8, 1000);
    }

    private static JsonNode read(String body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
