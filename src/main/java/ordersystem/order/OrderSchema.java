package ordersystem.order;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonNodePath;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import com.networknt.schema.regex.RegularExpression;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import ordersystem.order.InvalidOrderException.Violation;

/**
 * {@code order.schema.json}, and how its violations are said: what was found, then the first sentence of the schema's
 * own description of the field. Called by {@link OrderReader}. Thread-safe.
 */
final class OrderSchema {
    /** On the class path. */
    static final String RESOURCE = "/ordersystem/order.schema.json";

    private final JsonNode document;
    private final JsonSchema schema;

    OrderSchema() {
        try (InputStream in = Objects.requireNonNull(OrderSchema.class.getResourceAsStream(RESOURCE), RESOURCE)) {
            document = new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        schema = JsonSchemaFactory.getInstance(VersionFlag.V202012)
                .getSchema(
                        document,
                        SchemaValidatorsConfig.builder()
                                .pathType(PathType.JSON_POINTER)
                                .regularExpressionFactory(OrderSchema::pattern)
                                .build());
        schema.initializeValidators();
    }

    List<Violation> violations(JsonNode order) {
        Set<ValidationMessage> messages = schema.validate(order);
        return messages.isEmpty()
                ? List.of()
                : messages.stream().map(this::inWords).distinct().toList();
    }

    /** In Java a {@code $} also matches before a line feed at the end, in JSON Schema (ECMA-262) it does not. */
    private static RegularExpression pattern(String ecma) {
        return Pattern.compile(ecma.replaceFirst("\\$$", "\\\\z")).asPredicate()::test;
    }

    /** The most elements that {@code lines} may have. */
    int maxLines() {
        return document.at("/properties/lines/maxItems").asInt();
    }

    /** What the schema allows at a place of its own, such as {@code /properties/placedAt}. */
    String allowed(String pointer) {
        String description = definition(pointer).path("description").asText();
        String sentence = description.substring(0, (description + ". ").indexOf(". "));
        return sentence.matches("[A-Z][a-z ].*") // not HIGH
                ? Character.toLowerCase(sentence.charAt(0)) + sentence.substring(1)
                : sentence;
    }

    private JsonNode definition(String pointer) {
        JsonNode node = document.at(pointer);
        return node.has("$ref") ? document.at(node.get("$ref").asText().substring(1)) : node;
    }

    private Violation inWords(ValidationMessage message) {
        JsonNodePath keyword = message.getSchemaLocation().getFragment();
        String owner = Objects.requireNonNull(keyword.getParent()).toString();
        String field = path(message.getInstanceLocation());
        if (message.getType().equals("required")) {
            String name = message.getProperty();
            return new Violation(
                    field.isEmpty() ? name : field + '.' + name, "missing; " + allowed(owner + "/properties/" + name));
        }
        return new Violation(field, found(message.getInstanceNode(), message.getType()) + "; " + allowed(owner));
    }

    private static String found(JsonNode node, String keyword) {
        return switch (keyword) {
            case "minLength", "maxLength" ->
                node.textValue().codePointCount(0, node.textValue().length()) + " characters";
            case "minItems", "maxItems" -> node.size() + " elements";
            default -> found(node);
        };
    }

    /** A value as it is quoted in a violation. */
    static String found(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> "an object";
            case ARRAY -> "an array";
            case STRING -> Excerpt.of(node.textValue());
            default -> Excerpt.escaped(node.asText(), 60);
        };
    }

    /** {@code lines[2].quantity}. Only names that the schema knows can stand in it. */
    private static String path(JsonNodePath location) {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < location.getNameCount(); i++) {
            Object element = location.getElement(i);
            if (element instanceof Integer index) {
                path.append('[').append(index).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(element);
            }
        }
        return path.toString();
    }
}
