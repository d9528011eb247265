package ordersystem.drill;

/** How a request ended, as the customer sees it. */
enum Answer {
    /** 2xx. */
    ACCEPTED("accepted"),
    /** 4xx: it is no order. */
    REJECTED("rejected for good (4xx)"),
    /** 5xx, 408, 429: not now. */
    REFUSED("refused for now (5xx)"),
    /** No answer for as long as a browser waits. */
    TIMED_OUT("timed out"),
    NO_CONNECTION("connection refused"),
    /** The connection broke before the answer came; what became of the order is not known. */
    CONNECTION_LOST("connection lost");

    private final String text;

    Answer(String text) {
        this.text = text;
    }

    /** Whether the customer sends the order again. */
    boolean isToBeSentAgain() {
        return this != ACCEPTED && this != REJECTED;
    }

    String text() {
        return text;
    }

    static Answer of(int status) {
        if (status / 100 == 2) {
            return ACCEPTED;
        }
        return status / 100 == 4 && status != 408 && status != 429 ? REJECTED : REFUSED;
    }
}
