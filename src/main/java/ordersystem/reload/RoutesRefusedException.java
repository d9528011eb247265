package ordersystem.reload;

import java.util.List;
import java.util.stream.Collectors;

/** Route files that are not taken, with all that is wrong with them. */
public final class RoutesRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<RouteError> errors;

    RoutesRefusedException(List<RouteError> errors) {
        super(errors.stream().map(RouteError::toString).collect(Collectors.joining(System.lineSeparator())));
        this.errors = List.copyOf(errors);
    }

    RoutesRefusedException(RouteError error) {
        this(List.of(error));
    }

    /** At least one. */
    public List<RouteError> errors() {
        return errors;
    }
}
