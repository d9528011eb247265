package ordersystem.order;

/**
 * What a normal order was asked once: its number against the probability of deferral at that moment.
 *
 * @param probability that an order was deferred then, 0 to 1
 * @param number of this order, 0 (included) to 1 (excluded); the same whenever it is asked
 */
public record Draw(double probability, double number) {

    public boolean isAdmitted() {
        return number >= probability;
    }
}
