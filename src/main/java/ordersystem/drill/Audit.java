package ordersystem.drill;

/**
 * What {@code ordersystem audit} found after the day.
 *
 * @param accountedFor whether every order is
 * @param report what it printed
 */
record Audit(boolean accountedFor, String report) {}
