package ordersystem.journey;

/** What happens to the program, or to what it needs, in {@link FaultsIT}; in the order of the table in docs/faults.md. */
enum Fault {
    KILL("the program is killed (SIGKILL)"),
    STOP("the program is stopped (SIGTERM)"),
    TORN_TAIL("killed in the middle of a write: the journal's tail is torn"),
    BROKER("the broker is killed and started again"),
    DATABASE("the database is stopped at once and started again"),
    LINK("a link to the broker is cut at a commit"),
    STORE("the store is full"),
    CLOCK("the clock jumps"),
    /** For comparison. */
    NONE("nothing");

    private final String words;

    Fault(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }
}
