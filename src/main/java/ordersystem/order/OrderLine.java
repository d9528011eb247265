package ordersystem.order;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * One line of an order.
 *
 * @param quantity at least 1
 * @param unitPrice at least 0, in the order's currency
 */
public record OrderLine(String sku, @Nullable String description, int quantity, BigDecimal unitPrice) {}
