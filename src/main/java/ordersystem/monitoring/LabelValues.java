package ordersystem.monitoring;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The values that one label of a metric has had. Each is a time series of its own to whoever watches, for ever, so there
 * are only so many: what comes later, or is no name, is {@value #OTHER}. Thread-safe.
 */
final class LabelValues {

    static final String OTHER = "other";

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]{0,99}");

    private final int most;
    private final Set<String> known = new HashSet<>();

    LabelValues(int most) {
        this.most = most;
    }

    synchronized String of(String value) {
        if (!known.contains(value)
                && (known.size() == most || !NAME.matcher(value).matches())) {
            return OTHER;
        }
        known.add(value);
        return value;
    }
}
