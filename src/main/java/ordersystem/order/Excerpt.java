package ordersystem.order;

/**
 * Text from outside, made fit for a message or a log line: on one line, in quotes, and short. Stateless.
 */
public final class Excerpt {
    private static final int CHARACTERS = 60;

    private Excerpt() {}

    /** The first 60 characters in quotes; what is not plainly visible (control, bidi, line separators) as {@code \\uXXXX}. */
    public static String of(String text) {
        return '"' + escaped(text, CHARACTERS) + '"';
    }

    /** The same without quotes, with a limit of one's own. */
    static String escaped(String text, int characters) {
        StringBuilder out = new StringBuilder();
        int end = text.codePointCount(0, Math.min(text.length(), 2 * characters + 1)) > characters
                ? text.offsetByCodePoints(0, characters)
                : text.length();
        text.substring(0, end).codePoints().forEach(c -> {
            if (isVisible(c)) {
                out.appendCodePoint(c);
            } else {
                for (char unit : Character.toChars(c)) {
                    out.append(String.format("\\u%04x", (int) unit));
                }
            }
        });
        return end < text.length() ? out + "…" : out.toString();
    }

    private static boolean isVisible(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
