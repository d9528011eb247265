package ordersystem.drill;

/**
 * What became of a day's orders, counted from outside; each order once, however often it was sent.
 *
 * @param offered orders that customers sent
 * @param high of these, those of the high lane
 * @param repeated requests that sent one of them once more
 * @param notOrders other things that customers sent: cancellations, corrections
 * @param rejected of these, those that were answered so (4xx)
 * @param accepted orders that were answered 2xx
 * @param processed orders that the warehouse has
 * @param lost accepted orders that it has not
 * @param twice orders that it took more than once
 * @param notAccepted orders without a 2xx by the end
 * @param highNotProcessed high orders that the warehouse has not, accepted or not
 * @param unasked orders that the warehouse took though nobody sent them, or though they were none
 * @param refused answers that asked a customer to come again while the service was up: 5xx, time-outs, lost connections
 * @param refusedWhileAway the same between the kill and the first order accepted after it
 */
record Tally(
        int offered,
        int high,
        int repeated,
        int notOrders,
        int rejected,
        int accepted,
        int processed,
        int lost,
        int twice,
        int notAccepted,
        int highNotProcessed,
        int unasked,
        int refused,
        int refusedWhileAway) {

    /** Percent of the accepted orders that the warehouse took exactly once, each one that nobody asked for counted against it. */
    double integrityPercent() {
        return accepted == 0 ? Double.NaN : 100.0 * Math.max(0, accepted - lost - twice - unasked) / accepted;
    }
}
