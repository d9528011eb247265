package ordersystem.order;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Enumeration;
import java.util.regex.Pattern;
import org.apache.camel.Body;
import org.jspecify.annotations.Nullable;

/**
 * The bean {@code legacyOrders}: makes of what legacy systems send the text or the bytes that {@link OrderReader} reads; the message
 * translator of {@code 15-legacy-orders}. Thread-safe.
 */
public final class LegacyOrders {

    private static final Pattern DECLARES_ENCODING = Pattern.compile("\\A<\\?xml[^>]*\\sencoding\\s*=");
    private static final int DECLARATION_BYTES = 200;
    private static final String LINES = "lines";

    private final OrderReader reader;
    private final Charset encoding;

    /** @param encoding of bytes that are JSON, or XML that declares none */
    public LegacyOrders(OrderReader reader, Charset encoding) {
        this.reader = reader;
        this.encoding = encoding;
    }

    /**
     * What the intake is to read.
     *
     * @param body of a MapMessage (the message itself): flat fields, and {@code lines} as JSON text: becomes JSON. Bytes become text, but
     *     for XML that declares its encoding. Anything else stays as it is
     * @throws InvalidOrderException where a field of a map, or the encoding, cannot be
     */
    public @Nullable Object translate(@Body @Nullable Object body) throws JMSException {
        if (body instanceof MapMessage map) {
            return json(map);
        }
        return body instanceof byte[] bytes && !XmlForm.hasMark(bytes) && !declaresEncoding(bytes) ? text(bytes) : body;
    }

    private String json(MapMessage map) throws JMSException {
        ObjectNode order = XmlForm.NODES.objectNode();
        Enumeration<?> names = map.getMapNames();
        while (names.hasMoreElements()) {
            String name = (String) names.nextElement();
            Object value = map.getObject(name);
            if (name.equals(LINES) && value instanceof String text) {
                try {
                    order.set(LINES, reader.parse(text));
                } catch (InvalidOrderException e) {
                    throw new InvalidOrderException(LINES, e.getMessage() + "; a JSON array as text");
                }
            } else {
                put(order, name, value);
            }
        }
        return order.toString();
    }

    private static void put(ObjectNode order, String name, @Nullable Object value) {
        if (value instanceof String || value instanceof Character) {
            order.put(name, value.toString());
        } else if (value instanceof Boolean flag) {
            order.put(name, flag);
        } else if (value instanceof Double || value instanceof Float) {
            double number = ((Number) value).doubleValue();
            if (!Double.isFinite(number)) {
                throw new InvalidOrderException(Excerpt.escaped(name, 60), number + "; a number");
            }
            // Its shortest text is what the sender wrote; its binary value is not.
            order.put(name, new BigDecimal(value.toString()));
        } else if (value instanceof Number whole) {
            order.put(name, whole.longValue());
        } else if (value != null) {
            throw new InvalidOrderException(
                    Excerpt.escaped(name, 60), value.getClass().getSimpleName() + "; text, a number, true or false");
        }
    }

    private static boolean declaresEncoding(byte[] bytes) {
        if (!XmlForm.isXml(bytes)) {
            return false;
        }
        int length = Math.min(bytes.length, DECLARATION_BYTES);
        String start = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        // UTF-16 and EBCDIC show in their first bytes.
        return start.indexOf('<') < 0
                || start.indexOf('\0') >= 0
                || DECLARES_ENCODING.matcher(start).find();
    }

    private String text(byte[] bytes) {
        try {
            return encoding.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new InvalidOrderException(
                    "",
                    "bytes that are not text in " + encoding
                            + "; declare their encoding: orders.legacy.encoding, or in the XML");
        }
    }
}
