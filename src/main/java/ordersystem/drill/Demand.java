package ordersystem.drill;

/**
 * One of the customer's demands, and what the day came to.
 *
 * @param text what is demanded
 * @param limit how much of it
 * @param measured OrderSystem's figure, with the count behind it
 * @param baseline the synchronous service's
 * @param met whether OrderSystem's figure is within the limit
 */
record Demand(String text, String limit, String measured, String baseline, boolean met) {}
