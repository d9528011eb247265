package ordersystem.order;

import java.util.regex.Pattern;

/**
 * The name of a lane: a path with consumers, a failure policy and a dead-letter queue of its own. Where a lane leads
 * stands in the route files; ledger, headers, metrics and stats know only the name.
 *
 * @param name 1 to 32 of {@code [a-z0-9-]}, starting with a letter
 */
public record Lane(String name) {

    /** Above the constants, which are checked too. */
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");

    /** Orders that never wait behind normal ones and are retried until they succeed. */
    public static final Lane HIGH = new Lane("high");

    /** All other orders. */
    public static final Lane NORMAL = new Lane("normal");

    public Lane {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "lane: '" + name + "'; 1 to 32 of a-z, 0-9 and '-', starting with a letter");
        }
    }

    /** The name, so that a route can write {@code ${variable.lane} == 'high'}. */
    @Override
    public String toString() {
        return name;
    }
}
