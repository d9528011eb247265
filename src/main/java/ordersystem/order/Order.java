package ordersystem.order;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An order as it was read from a message: checked against {@code order.schema.json}. Fields that the schema does not
 * know are not here; they travel in the message body, which is passed on as it was received.
 *
 * @param orderId 1 to 64 of {@code [A-Za-z0-9._-]}
 * @param lines 1 to 1000
 * @param total equals the sum of quantity times unitPrice where given
 * @param bodyHash version and SHA-256 of the canonical form, see {@link CanonicalForm}
 * @param jmsPriority 0 to 9, the JMS priority that it came with; 4 where none was given
 */
public record Order(
        String orderId,
        @Nullable String customerId,
        Priority priority,
        Shipping shipping,
        @Nullable Instant placedAt,
        @Nullable String currency,
        List<OrderLine> lines,
        @Nullable BigDecimal total,
        String bodyHash,
        int jmsPriority) {

    /** The JMS default (Jakarta Messaging 3.1, section 3.4.10). */
    public static final int DEFAULT_JMS_PRIORITY = 4;

    public enum Priority {
        HIGH,
        NORMAL
    }

    public enum Shipping {
        EXPEDITED,
        STANDARD
    }

    public Order {
        lines = List.copyOf(lines);
    }
}
