package ordersystem.journey;

import java.util.Arrays;

/**
 * What the test's warehouse ({@code 40-fulfilment.camel.yaml} beside this package's resources) does to an order, decided
 * by the last digits of its id; always <em>after</em> it has sent. The expressions here and there must be the same.
 */
enum Fate {
    /** Fails for good. */
    PERMANENT(".*[03]7"),
    /** The first two turns fail, all their tries in line included. */
    TWO_TURNS(".*[0-2]1"),
    /** More turns fail than a normal order has. */
    MANY_TURNS(".*[59]1"),
    /** Only the first try in line fails. */
    ONCE_IN_LINE(".*[0-4]3"),
    /** Seven of ten tries fail, by chance. */
    BY_CHANCE(".*[5-9]3"),
    NONE(".*");

    private final String ids;

    Fate(String ids) {
        this.ids = ids;
    }

    static Fate of(String orderId) {
        return Arrays.stream(values())
                .filter(fate -> orderId.matches(fate.ids))
                .findFirst()
                .orElseThrow();
    }
}
