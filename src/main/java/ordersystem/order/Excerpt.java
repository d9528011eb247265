package ordersystem.order;

/** Text from outside, made fit for a message or a log line: on one line, in quotes, and short. Stateless. */
public final class Excerpt {
    private static final int LENGTH = 60;

    private Excerpt() {}

    /** In quotes; what is not plainly visible (control, bidi, line separators) escaped as in Java; at most about 60 characters. */
    public static String of(String text) {
        return '"' + escaped(text, LENGTH) + '"';
    }

    /** The same without quotes, with a length of one's own. Escaping twice is escaping once. */
    public static String escaped(String text, int length) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); ) {
            if (out.length() >= length) {
                return out.append('…').toString();
            }
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (isVisible(c)) {
                out.appendCodePoint(c);
            } else {
                for (char unit : Character.toChars(c)) {
                    out.append(String.format("\\u%04x", (int) unit));
                }
            }
        }
        return out.toString();
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
