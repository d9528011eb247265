package ordersystem.order;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.math.BigInteger;
import java.util.MissingResourceException;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads the XML of legacy systems ({@code order.xsd}, what {@link OrderXml} writes) into the same tree that the order's JSON would be,
 * so that the same checks, and the same hash, hold for both. Attributes and elements that are not named there are kept: as fields of
 * their own name, text where they have only text. Namespaces, comments and processing instructions say nothing. Thread-safe.
 */
final class XmlForm {

    private static final String DOCTYPE = "XML with a DOCTYPE; leave it out";

    static final JsonNodeFactory NODES = JsonNodeFactory.withExactBigDecimals(true);

    private final XMLInputFactory factory = XMLInputFactory.newDefaultFactory();

    XmlForm() {
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    }

    /** Whether a text begins as XML does, and JSON never. */
    static boolean isXml(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != ' ' && c != '\t' && c != '\r' && c != '\n' && c != '\uFEFF') {
                return c == '<';
            }
        }
        return false;
    }

    /** The same of bytes, in UTF-8 and what is like it, UTF-16, or EBCDIC. */
    static boolean isXml(byte[] bytes) {
        int i = hasMark(bytes) ? 3 : 0;
        while (i < bytes.length && (bytes[i] == ' ' || bytes[i] == '\t' || bytes[i] == '\r' || bytes[i] == '\n')) {
            i++;
        }
        return i < bytes.length && bytes[i] == '<'
                || startsWith(bytes, 0xFE, 0xFF, 0, '<')
                || startsWith(bytes, 0xFF, 0xFE, '<', 0)
                || startsWith(bytes, 0, '<')
                || startsWith(bytes, 0x4C, 0x6F, 0xA7, 0x94);
    }

    /** Whether they begin with the byte order mark of UTF-8. */
    static boolean hasMark(byte[] bytes) {
        return startsWith(bytes, 0xEF, 0xBB, 0xBF);
    }

    private static boolean startsWith(byte[] bytes, int... start) {
        for (int i = 0; i < start.length; i++) {
            if (i == bytes.length || bytes[i] != (byte) start[i]) {
                return false;
            }
        }
        return true;
    }

    /** A text without a byte order mark. What its declaration says of an encoding does not count: it is decoded already. */
    JsonNode read(String text) {
        try {
            return read(factory.createXMLStreamReader(new StringReader(text)));
        } catch (XMLStreamException e) {
            throw unreadable(e);
        }
    }

    /** In the encoding that the XML declares; UTF-8 where it declares none. */
    JsonNode read(byte[] bytes) {
        try {
            return read(factory.createXMLStreamReader(new ByteArrayInputStream(bytes)));
        } catch (XMLStreamException e) {
            throw unreadable(e);
        }
    }

    private static JsonNode read(XMLStreamReader xml) throws XMLStreamException {
        try {
            while (xml.next() != XMLStreamConstants.START_ELEMENT) {
                refuseDoctype(xml);
            }
            if (!xml.getLocalName().equals("order")) {
                throw new InvalidOrderException(
                        "", "the XML is " + Excerpt.of('<' + xml.getLocalName() + '>') + "; send an <order>");
            }
            ObjectNode order = order(xml);
            while (xml.hasNext()) {
                xml.next();
            }
            return order;
        } catch (MissingResourceException e) {
            // Java's parser has no words for a character that is not allowed in a DOCTYPE.
            throw new InvalidOrderException("", DOCTYPE);
        } finally {
            xml.close();
        }
    }

    private static void refuseDoctype(XMLStreamReader xml) {
        if (xml.getEventType() == XMLStreamConstants.DTD) {
            throw new InvalidOrderException("", DOCTYPE);
        }
    }

    private static ObjectNode order(XMLStreamReader xml) throws XMLStreamException {
        ObjectNode order = NODES.objectNode();
        attributes(xml, order);
        rename(order, "id", "orderId");
        rename(order, "customer", "customerId");
        ArrayNode lines = NODES.arrayNode();
        while (isBeforeElement(xml, null)) {
            String name = xml.getLocalName();
            switch (name) {
                case "line" -> lines.add(line(xml));
                case "total" -> put(order, name, NODES.textNode(text(xml).strip()));
                default -> add(order, name, any(xml, 1));
            }
        }
        if (!lines.isEmpty()) {
            put(order, "lines", lines);
        }
        return order;
    }

    private static ObjectNode line(XMLStreamReader xml) throws XMLStreamException {
        ObjectNode line = NODES.objectNode();
        attributes(xml, line);
        JsonNode quantity = line.get("quantity");
        if (quantity != null && quantity.textValue().strip().matches("[+-]?[0-9]{1,18}")) {
            line.set(
                    "quantity",
                    NODES.numberNode(new BigInteger(quantity.textValue().strip())));
        }
        if (line.has("unitPrice")) {
            line.put("unitPrice", line.get("unitPrice").textValue().strip());
        }
        StringBuilder description = new StringBuilder();
        while (isBeforeElement(xml, description)) {
            add(line, xml.getLocalName(), any(xml, 2));
        }
        if (!description.toString().isBlank()) {
            put(line, "description", NODES.textNode(description.toString()));
        }
        return line;
    }

    /** An element that we know nothing of: its text, or an object of what it has. */
    private static JsonNode any(XMLStreamReader xml, int depth) throws XMLStreamException {
        if (depth > OrderReader.MAX_DEPTH) {
            throw new InvalidOrderException("", "elements more than " + OrderReader.MAX_DEPTH + " deep");
        }
        ObjectNode element = NODES.objectNode();
        attributes(xml, element);
        StringBuilder text = new StringBuilder();
        while (isBeforeElement(xml, text)) {
            add(element, xml.getLocalName(), any(xml, depth + 1));
        }
        if (element.isEmpty()) {
            return NODES.textNode(limited(text.toString()));
        }
        if (!text.toString().isBlank()) {
            put(element, "text", NODES.textNode(limited(text.toString())));
        }
        return element;
    }

    /** The text of an element that has nothing else. */
    private static String text(XMLStreamReader xml) throws XMLStreamException {
        String name = xml.getLocalName();
        if (xml.getAttributeCount() > 0) {
            throw new InvalidOrderException(name, "it has attributes; only text");
        }
        StringBuilder text = new StringBuilder();
        if (isBeforeElement(xml, text)) {
            throw new InvalidOrderException(name, "it has elements; only text");
        }
        return text.toString();
    }

    /**
     * Goes on to the next element inside the present one.
     *
     * @param text gets the text before it; where it is null there must be none
     * @return false at the present one's end
     */
    private static boolean isBeforeElement(XMLStreamReader xml, @Nullable StringBuilder text)
            throws XMLStreamException {
        while (true) {
            switch (xml.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    return true;
                }
                case XMLStreamConstants.END_ELEMENT -> {
                    return false;
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
                    if (text != null) {
                        text.append(xml.getText());
                    } else if (!xml.isWhiteSpace()) {
                        throw new InvalidOrderException(
                                "",
                                "text between the elements of the order: "
                                        + Excerpt.of(xml.getText().strip()));
                    }
                }
                default -> refuseDoctype(xml);
            }
        }
    }

    private static void attributes(XMLStreamReader xml, ObjectNode into) {
        for (int i = 0; i < xml.getAttributeCount(); i++) {
            put(into, xml.getAttributeLocalName(i), NODES.textNode(limited(xml.getAttributeValue(i))));
        }
    }

    private static void rename(ObjectNode order, String xml, String json) {
        if (order.has(xml)) {
            put(order, json, order.remove(xml));
        }
    }

    private static void put(ObjectNode into, String name, JsonNode value) {
        if (into.has(name)) {
            throw new InvalidOrderException("", Excerpt.of(name) + " is there twice");
        }
        into.set(limited(name), value);
    }

    /** What may be there more than once is a list then. */
    private static void add(ObjectNode into, String name, JsonNode value) {
        JsonNode before = into.get(name);
        if (before == null) {
            into.set(limited(name), value);
        } else if (before instanceof ArrayNode list) {
            list.add(value);
        } else {
            into.set(name, NODES.arrayNode().add(before).add(value));
        }
    }

    private static String limited(String text) {
        if (text.length() > OrderReader.MAX_STRING_LENGTH) {
            throw new InvalidOrderException(
                    "", "a text of " + text.length() + " characters; at most " + OrderReader.MAX_STRING_LENGTH);
        }
        return text;
    }

    private static InvalidOrderException unreadable(XMLStreamException e) {
        String what = String.valueOf(e.getMessage()).replaceFirst("(?s)^ParseError at .*\\nMessage: ", "");
        String where = e.getLocation() == null || e.getLocation().getLineNumber() < 1
                ? ""
                : ", line " + e.getLocation().getLineNumber() + ", column "
                        + e.getLocation().getColumnNumber();
        return new InvalidOrderException("", "cannot be read as XML" + where + ": " + Excerpt.escaped(what, 200));
    }
}
