package ordersystem.order;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.ObjectMessage;
import jakarta.jms.StreamMessage;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import ordersystem.order.InvalidOrderException.Violation;
import ordersystem.order.Order.Priority;
import ordersystem.order.Order.Shipping;
import org.apache.camel.Body;
import org.apache.camel.Header;
import org.jspecify.annotations.Nullable;

/**
 * Reads an order from the body of a message, checked against {@code order.schema.json} and within limits. It is the
 * bean {@code orderReader} of the routes, called once in each hop, and the door calls it for each POST. Thread-safe.
 */
public final class OrderReader {
    /** Bytes of UTF-8 that a body may have. */
    public static final int MAX_BODY_BYTES = 1 << 20;

    static final int MAX_DEPTH = 64;
    static final int MAX_STRING_LENGTH = 1 << 16;

    /**
     * Digits of a number, and its power of ten. Every double is within it; without a limit {@code 1e999999999} has a
     * canonical form of a gigabyte.
     */
    static final int MAX_DIGITS = 400;

    private static final String NUMBER_ALLOWED = "at most " + MAX_DIGITS + " digits on each side of the point";

    /** More violations than that help nobody; the rest is counted. */
    static final int MAX_VIOLATIONS = 100;

    private final OrderSchema schema = new OrderSchema();
    private final XmlForm xml = new XmlForm();
    private final JsonMapper mapper = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxStringLength(MAX_STRING_LENGTH)
                            .maxNameLength(MAX_STRING_LENGTH)
                            .maxNumberLength(MAX_DIGITS)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES) // names from outside would stay for ever
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    /**
     * Reads the order that a message or a request carries.
     *
     * @param body String or UTF-8 bytes with one JSON object; a byte order mark in front is skipped (RFC 8259, 8.1). Or String or
     *     bytes with the XML of {@code order.xsd}; bytes in the encoding that the XML declares
     * @param jmsPriority 0 to 9, or null where it did not come by JMS
     * @throws InvalidOrderException with every violation, if it is not an order
     */
    public Order read(@Body @Nullable Object body, @Header("JMSPriority") @Nullable Integer jmsPriority) {
        JsonNode tree = tree(body);
        int priority = jmsPriority == null ? Order.DEFAULT_JMS_PRIORITY : jmsPriority;
        return order(tree, priority);
    }

    /**
     * The order as JSON, for whoever goes on with it: as it was received where that is JSON, and where it is XML the same order in
     * JSON, with all fields that it came with.
     *
     * @param body as for {@link #read}
     * @return String or bytes
     * @throws InvalidOrderException where the XML cannot be read
     */
    public Object json(@Body Object body) {
        JsonNode tree = treeOfXml(body);
        if (tree == null) {
            return body;
        }
        return body instanceof String ? tree.toString() : tree.toString().getBytes(StandardCharsets.UTF_8);
    }

    private JsonNode tree(@Nullable Object body) {
        JsonNode tree = treeOfXml(body);
        return tree == null ? parse(withoutMark(text(body))) : tree;
    }

    /** Null where the body is not XML. */
    private @Nullable JsonNode treeOfXml(@Nullable Object body) {
        if (body instanceof String text && XmlForm.isXml(text)) {
            return xml.read(withoutMark(limited(text)));
        }
        return body instanceof byte[] bytes && XmlForm.isXml(bytes) ? xml.read(limited(bytes)) : null;
    }

    private static String limited(String text) {
        if (text.length() > MAX_BODY_BYTES
                || text.length() > MAX_BODY_BYTES / 3
                        && text.getBytes(StandardCharsets.UTF_8).length > MAX_BODY_BYTES) {
            throw tooLarge();
        }
        return text;
    }

    private static byte[] limited(byte[] bytes) {
        if (bytes.length > MAX_BODY_BYTES) {
            throw tooLarge();
        }
        return bytes;
    }

    private static String text(@Nullable Object body) {
        if (body instanceof String text) {
            return limited(text);
        }
        if (body instanceof byte[] bytes) {
            limited(bytes);
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString();
            } catch (CharacterCodingException e) {
                throw new InvalidOrderException(
                        "", "not UTF-8 text; send JSON in UTF-8, or XML that declares its encoding");
            }
        }
        if (body == null) {
            throw empty();
        }
        throw new InvalidOrderException(
                "", "message type " + messageType(body) + "; send a TextMessage or BytesMessage with JSON or XML");
    }

    private static String messageType(Object body) {
        if (body instanceof Map) { // what camel-jms makes of a MapMessage
            return "MapMessage";
        }
        for (Class<?> type : List.of(ObjectMessage.class, StreamMessage.class, MapMessage.class, Message.class)) {
            if (type.isInstance(body)) {
                return type.getSimpleName();
            }
        }
        return body.getClass().getSimpleName();
    }

    private static String withoutMark(String text) {
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    JsonNode parse(String json) {
        JsonNode tree;
        try {
            tree = mapper.readTree(json);
        } catch (JsonProcessingException e) {
            throw new InvalidOrderException("", inWords(e));
        } catch (NumberFormatException e) { // an exponent beyond what a BigDecimal holds
            throw new InvalidOrderException("", "a number out of range; " + NUMBER_ALLOWED);
        }
        if (tree.isMissingNode()) {
            throw empty();
        }
        checkNumbers(tree);
        return tree;
    }

    /** Where, and Jackson's own words without those that only its programmers understand. */
    private static String inWords(JsonProcessingException e) {
        String what = e.getOriginalMessage()
                .replaceFirst("^Trailing token .*", "more text after the order; one order a message")
                .replaceFirst(" \\(start marker at .*", "")
                .replaceFirst(": enable `[^`]*` to allow", "; JSON has none")
                .replaceFirst(", from `[^`]*`", "");
        JsonLocation at = e.getLocation();
        String where = at == null ? "" : ", line " + at.getLineNr() + ", column " + at.getColumnNr();
        return "cannot be read as JSON" + where + ": " + Excerpt.escaped(what, 200);
    }

    /** Before anything computes with them. */
    private static void checkNumbers(JsonNode node) {
        if (node.isBigDecimal() && Math.abs((long) node.decimalValue().scale()) > MAX_DIGITS) {
            throw new InvalidOrderException("", "number " + OrderSchema.found(node) + "; " + NUMBER_ALLOWED);
        }
        for (JsonNode child : node) {
            checkNumbers(child);
        }
    }

    private Order order(JsonNode tree, int jmsPriority) {
        JsonNode lineNodes = tree.path("lines");
        if (lineNodes.isArray() && lineNodes.size() > schema.maxLines()) {
            // Alone, and before looking into them: a megabyte of bad lines has a hundred megabytes of violations.
            throw new InvalidOrderException(
                    "lines", lineNodes.size() + " elements; " + schema.allowed("/properties/lines"));
        }

        List<Violation> violations = new ArrayList<>(schema.violations(tree));
        Instant placedAt = placedAt(tree.get("placedAt"), violations);
        List<OrderLine> lines = lines(lineNodes, violations);
        BigDecimal total = total(tree.get("total"), lines, violations);
        if (!violations.isEmpty()) {
            throw new InvalidOrderException(atMost(MAX_VIOLATIONS, violations));
        }

        return new Order(
                tree.get("orderId").textValue(),
                text(tree.get("customerId")),
                Priority.valueOf(tree.path("priority").asText(Priority.NORMAL.name())),
                Shipping.valueOf(tree.path("shipping").asText(Shipping.STANDARD.name())),
                placedAt,
                text(tree.get("currency")),
                lines,
                total,
                CanonicalForm.bodyHash(tree),
                jmsPriority);
    }

    /** Null if there is none, or it is among the violations. */
    private @Nullable Instant placedAt(@Nullable JsonNode node, List<Violation> violations) {
        if (node == null || concern(violations, "placedAt")) {
            return null;
        }
        try {
            return Instant.parse(node.textValue());
        } catch (DateTimeParseException e) { // the 30th of February: a pattern cannot tell
            violations.add(
                    new Violation("placedAt", OrderSchema.found(node) + "; " + schema.allowed("/properties/placedAt")));
            return null;
        }
    }

    /** Empty if they, or the order as a whole, are among the violations. */
    private static List<OrderLine> lines(JsonNode nodes, List<Violation> violations) {
        if (concern(violations, "lines")) {
            return List.of();
        }
        List<OrderLine> lines = new ArrayList<>(nodes.size());
        for (JsonNode node : nodes) {
            lines.add(new OrderLine(
                    node.get("sku").textValue(),
                    text(node.get("description")),
                    node.get("quantity").intValue(),
                    money(node.get("unitPrice"))));
        }
        return lines;
    }

    private static @Nullable BigDecimal total(
            @Nullable JsonNode node, List<OrderLine> lines, List<Violation> violations) {
        if (node == null || lines.isEmpty() || concern(violations, "total")) {
            return null;
        }
        BigDecimal total = money(node);
        BigDecimal sum = BigDecimal.ZERO;
        for (OrderLine line : lines) {
            sum = sum.add(line.unitPrice().multiply(BigDecimal.valueOf(line.quantity())));
        }
        if (total.compareTo(sum) != 0) {
            violations.add(new Violation(
                    "total",
                    OrderSchema.found(node) + "; the sum of quantity times unitPrice is "
                            + Excerpt.escaped(sum.toPlainString(), 60)));
        }
        return total;
    }

    private static boolean concern(List<Violation> violations, String field) {
        for (Violation violation : violations) {
            if (violation.field().isEmpty() || violation.field().startsWith(field)) {
                return true;
            }
        }
        return false;
    }

    private static BigDecimal money(JsonNode node) {
        return node.isTextual() ? new BigDecimal(node.textValue()) : node.decimalValue();
    }

    private static @Nullable String text(@Nullable JsonNode node) {
        return node == null ? null : node.textValue();
    }

    private static List<Violation> atMost(int limit, List<Violation> violations) {
        if (violations.size() <= limit) {
            return violations;
        }
        List<Violation> first = new ArrayList<>(violations.subList(0, limit));
        first.add(new Violation("", "and " + (violations.size() - limit) + " more"));
        return first;
    }

    private static InvalidOrderException empty() {
        return new InvalidOrderException("", "empty message; send an order as JSON or XML");
    }

    private static InvalidOrderException tooLarge() {
        return new InvalidOrderException("", "more than 1048576 bytes; an order has at most that many");
    }
}
