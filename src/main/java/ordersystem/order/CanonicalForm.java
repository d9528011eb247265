package ordersystem.order;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;

/**
 * The one form of all bodies that say the same: two messages are the same order exactly when it is equal. RFC 8785 in
 * keys (sorted by UTF-16 code unit), strings and white space, but numbers are exact: plain decimals without trailing
 * zeros, never doubles. Money ({@code total} and each line's {@code unitPrice}) is written as a number, whether it
 * came as one or as a string.
 *
 * <p>Nothing else is made equal: no default is added (an order without {@code priority} is another body than one that
 * says NORMAL), times, text and the order of lines stay as received, unknown fields count. A sender that repeats itself repeats all of
 * that; a difference is for a person to judge. The rule is part of the stored data: changing it needs a new version
 * in front of the hash.
 *
 * <p>Called by {@link OrderReader}; stateless. One instance writes one form.
 */
public final class CanonicalForm {
    /** Stands before each hash, so that a later form can be told from this one. */
    static final String VERSION = "v1:";

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    /** Where in an order a value stands: decides whether a string is money. */
    private enum Place {
        ORDER,
        LINES,
        LINE,
        MONEY,
        OTHER
    }

    private interface Sink {
        void write(byte[] bytes, int offset, int length);
    }

    private final Sink sink;
    private final byte[] buffer = new byte[1024];
    private int used;

    private CanonicalForm(Sink sink) {
        this.sink = sink;
    }

    /** {@code v1:} and the SHA-256 of the canonical form in hex; 67 characters. The form itself is never held in memory. */
    public static String bodyHash(JsonNode order) {
        MessageDigest sha256 = sha256();
        new CanonicalForm(sha256::update).finish(order);
        return VERSION + HexFormat.of().formatHex(sha256.digest());
    }

    /** The canonical form itself, UTF-8. */
    public static byte[] bytes(JsonNode order) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new CanonicalForm(bytes::write).finish(order);
        return bytes.toByteArray();
    }

    private void finish(JsonNode order) {
        value(order, Place.ORDER);
        flush();
    }

    private void value(JsonNode node, Place place) {
        switch (node.getNodeType()) {
            case OBJECT -> object(node, place);
            case ARRAY -> array(node, place);
            case STRING -> {
                if (place == Place.MONEY) {
                    number(new BigDecimal(node.textValue()));
                } else {
                    string(node.textValue());
                }
            }
            case NUMBER -> {
                if (node.canConvertToLong() && node.isIntegralNumber()) {
                    ascii(Long.toString(node.longValue()));
                } else {
                    number(node.decimalValue());
                }
            }
            default -> ascii(node.asText()); // true, false, null
        }
    }

    private void object(JsonNode object, Place place) {
        String[] keys = new String[object.size()];
        Iterator<String> names = object.fieldNames();
        for (int i = 0; i < keys.length; i++) {
            keys[i] = names.next();
        }
        Arrays.sort(keys);
        put('{');
        for (int i = 0; i < keys.length; i++) {
            if (i > 0) {
                put(',');
            }
            string(keys[i]);
            put(':');
            value(object.get(keys[i]), inside(place, keys[i]));
        }
        put('}');
    }

    private void array(JsonNode array, Place place) {
        put('[');
        for (int i = 0; i < array.size(); i++) {
            if (i > 0) {
                put(',');
            }
            value(array.get(i), place == Place.LINES ? Place.LINE : Place.OTHER);
        }
        put(']');
    }

    private static Place inside(Place place, String key) {
        return switch (place) {
            case ORDER -> key.equals("lines") ? Place.LINES : key.equals("total") ? Place.MONEY : Place.OTHER;
            case LINE -> key.equals("unitPrice") ? Place.MONEY : Place.OTHER;
            default -> Place.OTHER;
        };
    }

    private void number(BigDecimal number) {
        ascii(number.stripTrailingZeros().toPlainString());
    }

    private void ascii(String text) {
        for (int i = 0; i < text.length(); i++) {
            put(text.charAt(i));
        }
    }

    private void string(String text) {
        put('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                asciiInString(c);
            } else if (c < 0x800) {
                put(0xC0 | c >> 6);
                put(0x80 | c & 0x3F);
            } else if (!Character.isSurrogate(c)) {
                put(0xE0 | c >> 12);
                put(0x80 | c >> 6 & 0x3F);
                put(0x80 | c & 0x3F);
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                int point = Character.toCodePoint(c, text.charAt(++i));
                put(0xF0 | point >> 18);
                put(0x80 | point >> 12 & 0x3F);
                put(0x80 | point >> 6 & 0x3F);
                put(0x80 | point & 0x3F);
            } else {
                escape(c); // half a pair has no UTF-8; a replacement character would make different bodies equal
            }
        }
        put('"');
    }

    private void asciiInString(char c) {
        switch (c) {
            case '"', '\\' -> escape2(c);
            case '\b' -> escape2('b');
            case '\t' -> escape2('t');
            case '\n' -> escape2('n');
            case '\f' -> escape2('f');
            case '\r' -> escape2('r');
            default -> {
                if (c < 0x20) {
                    escape(c);
                } else {
                    put(c);
                }
            }
        }
    }

    private void escape2(char c) {
        put('\\');
        put(c);
    }

    private void escape(char c) {
        escape2('u');
        for (int shift = 12; shift >= 0; shift -= 4) {
            put(HEX[c >> shift & 0xF]);
        }
    }

    private void put(int octet) {
        if (used == buffer.length) {
            flush();
        }
        buffer[used++] = (byte) octet;
    }

    private void flush() {
        sink.write(buffer, 0, used);
        used = 0;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
