package ordersystem.admission;

/** What is compared: ways to spread the same orders over the same consumers. */
enum Contender {
    ADMISSION("admission"),
    THRESHOLD("fixed threshold"),
    LANES("lanes only"),
    FIFO("one FIFO");

    final String title;

    Contender(String title) {
        this.title = title;
    }
}
