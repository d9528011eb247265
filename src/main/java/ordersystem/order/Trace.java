package ordersystem.order;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The trace that an order's sender is in (W3C Trace Context). It is carried from door to fulfilment and beyond as it came;
 * what is not of its form is left out.
 *
 * @param parent the header {@code traceparent}
 * @param state the header {@code tracestate}; null where there is none
 */
public record Trace(String parent, @Nullable String state) {

    /** The name of the HTTP header, and of the message header. */
    public static final String PARENT = "traceparent";

    public static final String STATE = "tracestate";

    /** Version, trace, span, flags; neither id is all zeros, and ff is no version (Trace Context, section 3.2.2). */
    private static final Pattern PARENT_FORM =
            Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

    /** At most what everybody has to carry (section 3.3.1.5), and no control characters. */
    private static final Pattern STATE_FORM = Pattern.compile("[ -~]{1,512}");

    /** Null where the first is no traceparent. */
    public static @Nullable Trace of(@Nullable Object parent, @Nullable Object state) {
        return isAllowed(PARENT, parent) && parent instanceof String text
                ? new Trace(text, isAllowed(STATE, state) ? (String) state : null)
                : null;
    }

    /** Whether it is a header of these, and of its form. */
    public static boolean isAllowed(String name, @Nullable Object value) {
        Pattern form = name.equals(PARENT) ? PARENT_FORM : name.equals(STATE) ? STATE_FORM : null;
        return form != null
                && value instanceof String text
                && form.matcher(text).matches();
    }
}
