package ordersystem.order;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes the real orders of {@code examples/orders/online-retail.ndjson} from the invoices of the csv file beside it;
 * the rules stand in the README there. {@code mvn -q test -Dtest=OnlineRetailTest -Dexamples.write=true} writes the file
 * anew. Stateless.
 */
public final class OnlineRetail {
    public static final Path CSV = Path.of("examples/orders/online-retail-sample.csv");
    public static final Path ORDERS = Path.of("examples/orders/online-retail.ndjson");

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Pattern FIELD = Pattern.compile("(?:^|,)(?:\"((?:[^\"]|\"\")*)\"|([^,\"]*))");

    /** One row of the csv file. */
    private record Row(
            String invoice,
            String stockCode,
            String description,
            int quantity,
            String time,
            String unitPrice,
            String customer,
            String country) {}

    private OnlineRetail() {}

    /** The whole file as it should be. */
    static String ndjson() throws IOException {
        return String.join("\n", orders()) + "\n";
    }

    /** One JSON text an invoice, in the order of the csv file. */
    public static List<String> orders() throws IOException {
        Map<String, List<Row>> invoices = new LinkedHashMap<>();
        try (var lines = Files.lines(CSV)) {
            lines.skip(1).map(OnlineRetail::row).forEach(row -> invoices.computeIfAbsent(
                            row.invoice(), invoice -> new ArrayList<>())
                    .add(row));
        }
        return invoices.values().stream().map(OnlineRetail::order).toList();
    }

    private static String order(List<Row> rows) {
        Row first = rows.get(0);
        ObjectNode order = MAPPER.createObjectNode().put("orderId", first.invoice());
        if (!first.customer().equals("0.0")) { // how this set writes "not known"
            order.put("customerId", first.customer().replaceFirst("\\.0$", ""));
        }
        order.put("priority", "NORMAL")
                .put("shipping", first.invoice().endsWith("0") ? "EXPEDITED" : "STANDARD")
                .put("placedAt", first.time().replace(' ', 'T') + 'Z')
                .put("currency", "GBP")
                .put("country", first.country());
        ArrayNode lines = order.putArray("lines");
        BigDecimal total = BigDecimal.ZERO;
        for (Row row : rows) {
            lines.addObject()
                    .put("sku", row.stockCode())
                    .put("description", row.description())
                    .put("quantity", row.quantity())
                    .put("unitPrice", row.unitPrice());
            total = total.add(new BigDecimal(row.unitPrice()).multiply(BigDecimal.valueOf(row.quantity())));
        }
        return order.put("total", total.toPlainString()).toString();
    }

    private static Row row(String line) {
        List<String> fields = new ArrayList<>();
        Matcher field = FIELD.matcher(line);
        while (field.find()) {
            fields.add(field.group(1) != null ? field.group(1).replace("\"\"", "\"") : field.group(2));
        }
        if (fields.size() != 8) {
            throw new IllegalArgumentException(fields.size() + " fields, not 8: " + line);
        }
        return new Row(
                fields.get(0),
                fields.get(1),
                fields.get(2),
                Integer.parseInt(fields.get(3)),
                fields.get(4),
                fields.get(5),
                fields.get(6),
                fields.get(7));
    }
}
