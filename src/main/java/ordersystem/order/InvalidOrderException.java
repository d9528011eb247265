package ordersystem.order;

import java.util.List;
import java.util.stream.Collectors;

/** A message that is not an order: with every violation, not only the first. It never takes an order id. */
public final class InvalidOrderException extends UnprocessableOrderException {
    private static final long serialVersionUID = 1L;

    /**
     * What is wrong, and where.
     *
     * @param field path of the field, such as {@code lines[2].quantity}; empty where the message as a whole is meant
     * @param problem what was found and what is allowed, such as {@code 65 characters; at most 64 of [A-Za-z0-9._-]}
     */
    public record Violation(String field, String problem) {
        @Override
        public String toString() {
            return field.isEmpty() ? problem : field + ": " + problem;
        }
    }

    private final transient List<Violation> violations;

    public InvalidOrderException(List<Violation> violations) {
        super(violations.stream().map(Violation::toString).collect(Collectors.joining("; ")));
        this.violations = List.copyOf(violations);
    }

    public InvalidOrderException(String field, String problem) {
        this(List.of(new Violation(field, problem)));
    }

    public List<Violation> violations() {
        return violations;
    }
}
