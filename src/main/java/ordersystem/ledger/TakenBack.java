package ordersystem.ledger;

/**
 * An order on its way whose message is lost, and what is to become of it ({@link Ledger#takeBack}).
 *
 * @param order its row, as it was read
 * @param state RETRYING: due at once; FAILED: until a person decides
 * @param reason why, or the reason that it had
 */
public record TakenBack(OrderRecord order, State state, Reason reason) {}
