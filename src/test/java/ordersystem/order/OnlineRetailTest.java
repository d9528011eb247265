package ordersystem.order;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import ordersystem.order.InvalidOrderException.Violation;
import org.junit.jupiter.api.Test;

class OnlineRetailTest {
    private final OrderReader reader = new OrderReader();

    @Test
    void theShippedOrdersAreWhatTheConverterMakesOfTheCsv() throws IOException {
        if (Boolean.getBoolean("examples.write")) {
            Files.writeString(OnlineRetail.ORDERS, OnlineRetail.ndjson());
        }

        assertThat(Files.readAllBytes(OnlineRetail.ORDERS))
                .as("%s; if the rule was changed on purpose, run this with -Dexamples.write=true", OnlineRetail.ORDERS)
                .isEqualTo(OnlineRetail.ndjson().getBytes(UTF_8));
    }

    @Test
    void ofTheInvoicesTheseManyAreOrdersAndTheRestHasNegativeQuantities() throws IOException {
        List<Order> valid = new ArrayList<>();
        Set<String> faults = new TreeSet<>();
        int invalid = 0;

        for (String json : Files.readAllLines(OnlineRetail.ORDERS)) {
            try {
                valid.add(reader.read(json, null));
            } catch (InvalidOrderException e) {
                invalid++;
                faults.addAll(e.violations().stream()
                        .map(Violation::field)
                        .map(field -> field.replaceAll("\\d+", "n"))
                        .collect(Collectors.toSet()));
            }
        }

        assertThat(valid).hasSize(1_587);
        assertThat(invalid).isEqualTo(506);
        assertThat(faults).containsExactly("lines[n].quantity", "total");
        assertThat(valid).allMatch(order -> order.currency() != null && order.total() != null);
        assertThat(valid.stream().filter(order -> order.shipping() == Order.Shipping.EXPEDITED))
                .hasSize(159)
                .allMatch(order -> order.orderId().endsWith("0"));
        assertThat(valid.stream().filter(order -> order.customerId() == null)).hasSize(406);
        assertThat(valid.stream().map(Order::orderId)).doesNotHaveDuplicates();
        assertThat(valid.stream().map(Order::bodyHash)).doesNotHaveDuplicates();
    }
}
