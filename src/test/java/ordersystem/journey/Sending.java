package ordersystem.journey;

/**
 * One thing that a customer wants done.
 *
 * @param kind why it is sent
 * @param way how it is sent
 * @param jmsPriority of a message; of no meaning over HTTP
 */
record Sending(Invoice invoice, Kind kind, Way way, int jmsPriority) {
    enum Kind {
        FIRST,
        /** The same once more, though it was accepted. */
        AGAIN,
        /** Another body under the id of an order that the ledger has. */
        CHANGED
    }

    enum Way {
        HTTP,
        JMS_TEXT,
        JMS_BYTES
    }

    private static final int URGENT = 9;
    private static final int USUAL = 4;

    /** Half by HTTP, half by JMS; one of six JMS messages is urgent by its priority. */
    static Sending first(Invoice invoice) {
        int number = invoice.number();
        Way way = number < 500 ? Way.HTTP : number < 750 ? Way.JMS_TEXT : Way.JMS_BYTES;
        return new Sending(invoice, Kind.FIRST, way, number % 6 == 0 ? URGENT : USUAL);
    }

    /** The same order once more, half of the time by the other way. */
    Sending again() {
        Way other = invoice.number() % 2 == 0 ? way : way == Way.HTTP ? Way.JMS_TEXT : Way.HTTP;
        return new Sending(invoice, Kind.AGAIN, other, jmsPriority);
    }

    Sending changed() {
        return new Sending(invoice.changed(), Kind.CHANGED, way, jmsPriority);
    }

    boolean isHigh() {
        return invoice.urgent() || (way != Way.HTTP && jmsPriority > USUAL);
    }

    boolean leadsTo(Seam.Needs needs) {
        boolean valid = invoice.valid();
        Fate fate = invoice.fate();
        return switch (needs) {
            case ANY -> true;
            case HTTP -> way == Way.HTTP && valid;
            case NORMAL -> valid && !isHigh() && fate == Fate.NONE;
            case HIGH -> valid && isHigh() && fate == Fate.NONE;
            case NORMAL_DEAD -> valid && !isHigh() && fate == Fate.PERMANENT;
            case HIGH_DEAD -> valid && isHigh() && fate == Fate.PERMANENT;
            case RETRIED -> valid && fate == Fate.TWO_TURNS;
            case INVALID -> !valid && way != Way.HTTP;
        };
    }
}
