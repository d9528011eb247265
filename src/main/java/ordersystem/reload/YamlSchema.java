package ordersystem.reload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/**
 * Steps and options as Camel's own JSON schema of the YAML DSL has them. Walked by hand and not by a validator: in a schema
 * made of alternatives a validator can say that none fits, and not which name was mistyped. Immutable; thread-safe.
 */
final class YamlSchema {

    private static final String RESOURCE = "/schema/camelYamlDsl.json";

    private final JsonNode root;

    YamlSchema() {
        try (InputStream in = YamlSchema.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("camel-yaml-dsl has no " + RESOURCE);
            }
            root = new JsonMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every step, option and language that there is; XML has the same. */
    Set<String> words() {
        Set<String> words = new TreeSet<>();
        root.path("items").path("definitions").forEach(definition -> gatherWords(definition, words));
        return words;
    }

    private static void gatherWords(JsonNode schema, Set<String> words) {
        schema.path("properties").fieldNames().forEachRemaining(words::add);
        for (String several : List.of("oneOf", "anyOf")) {
            schema.path(several).forEach(one -> gatherWords(one, words));
        }
    }

    /** Tells each thing that is not as the schema has it. */
    void check(Source source, BiConsumer<Place, String> error) {
        Shape item = shape(root.path("items"));
        for (Node top : source.items()) {
            JsonNode schema = item.properties.get(top.key());
            if (schema == null) {
                error.accept(
                        top.keyAt(),
                        "unknown item '" + top.key() + "'" + Spelling.didYouMean(top.key(), item.properties.keySet()));
            } else {
                check(top, shape(schema), error);
            }
        }
    }

    /** What a schema allows, all of its alternatives taken together. */
    private static final class Shape {
        final Set<String> types = new LinkedHashSet<>();
        final Map<String, JsonNode> properties = new LinkedHashMap<>();
        final Set<String> required = new LinkedHashSet<>();
        final List<JsonNode> items = new ArrayList<>();
        final Set<String> words = new LinkedHashSet<>();
        boolean single;
    }

    private Shape shape(JsonNode schema) {
        Shape shape = new Shape();
        gather(schema, shape, true, 0);
        return shape;
    }

    private void gather(JsonNode schema, Shape shape, boolean outer, int depth) {
        if (depth > 10) {
            return;
        }
        JsonNode reference = schema.path("$ref");
        if (reference.isTextual()) {
            gather(root.at(reference.asText().substring(1)), shape, outer, depth + 1);
        }
        JsonNode type = schema.path("type");
        if (type.isTextual()) {
            shape.types.add(type.asText());
        }
        // Where names are listed once more, for the alternatives, they are empty.
        schema.path("properties")
                .fields()
                .forEachRemaining(each -> shape.properties.merge(
                        each.getKey(), each.getValue(), (first, second) -> first.isEmpty() ? second : first));
        schema.path("enum").forEach(word -> shape.words.add(word.asText()));
        if (schema.has("items")) {
            shape.items.add(schema.path("items"));
        }
        if (outer) {
            // In an alternative it says which of several there must be, and one may do.
            schema.path("required").forEach(name -> shape.required.add(name.asText()));
        }
        shape.single |= schema.path("maxProperties").asInt() == 1;
        for (String several : List.of("oneOf", "anyOf", "allOf")) {
            boolean nested = several.equals("allOf") || isObjectOrText(schema.path(several));
            for (JsonNode one : schema.path(several)) {
                gather(one, shape, outer && nested, depth + 1);
            }
        }
    }

    /** The short form as a text, and the long one: what the long one requires, it requires. */
    private static boolean isObjectOrText(JsonNode alternatives) {
        return alternatives.size() == 2
                && alternatives.get(0).path("type").asText().equals("string")
                && alternatives.get(1).path("type").asText().equals("object");
    }

    private void check(Node node, Shape shape, BiConsumer<Place, String> error) {
        switch (node.kind()) {
            case MAP -> checkMap(node, shape, error);
            case LIST -> {
                if (!shape.types.isEmpty() && !shape.types.contains("array")) {
                    error.accept(node.keyAt(), "'" + node.key() + "' is a list here; it takes " + words(shape));
                }
                for (JsonNode items : shape.items) {
                    Shape each = shape(items);
                    node.parts().forEach(part -> check(part, each, error));
                }
            }
            case TEXT -> checkText(node, shape, error);
        }
    }

    private void checkMap(Node node, Shape shape, BiConsumer<Place, String> error) {
        if (!shape.types.isEmpty() && !shape.types.contains("object")) {
            error.accept(node.keyAt(), "'" + node.key() + "' has parts here; it takes " + words(shape));
            return;
        }
        if (shape.properties.isEmpty()) {
            return; // any names, parameters of an endpoint for example
        }
        if (shape.single && node.parts().size() > 1) {
            error.accept(
                    node.parts().get(1).keyAt(),
                    "'" + node.parts().get(1).key() + "' stands beside '"
                            + node.parts().get(0).key()
                            + "'; a step has one name: indent its options below it, or begin another step with '- '");
            return;
        }
        for (Node part : node.parts()) {
            JsonNode schema = shape.properties.get(part.key());
            if (schema != null) {
                check(part, shape(schema), error);
            } else {
                String what = shape.single ? "unknown step '" : "unknown option '";
                String of = shape.single || node.key().isEmpty() ? "'" : "' of '" + node.key() + "'";
                error.accept(
                        part.keyAt(),
                        what + part.key() + of + Spelling.didYouMean(part.key(), shape.properties.keySet()));
            }
        }
        for (String name : shape.required) {
            if (node.part(name) == null && !name.equals("expression")) {
                error.accept(node.keyAt(), "'" + node.key() + "' needs '" + name + "'");
            }
        }
    }

    private static void checkText(Node node, Shape shape, BiConsumer<Place, String> error) {
        String text = node.words().strip();
        if (text.isEmpty() || text.contains("{{") || shape.types.isEmpty()) {
            return;
        }
        if (!shape.words.isEmpty() && shape.words.stream().noneMatch(text::equalsIgnoreCase)) {
            error.accept(
                    node.at(),
                    "'" + text + "' is not a value of '" + node.key() + "'" + Spelling.didYouMean(text, shape.words)
                            + " (one of " + String.join(", ", shape.words) + ")");
        } else if (shape.types.contains("string")) {
            return;
        } else if (shape.types.equals(Set.of("boolean"))) {
            if (!text.equals("true") && !text.equals("false")) {
                error.accept(node.at(), "'" + text + "' of '" + node.key() + "': true or false");
            }
        } else if (shape.types.contains("number") || shape.types.contains("integer")) {
            if (!text.matches("-?\\d+(\\.\\d+)?")) {
                error.accept(node.at(), "'" + text + "' of '" + node.key() + "': a number");
            }
        } else if (shape.types.contains("array")) {
            error.accept(
                    node.at(), "'" + node.key() + "' is a text here; it takes a list, whose items begin with '- '");
        } else if (shape.types.contains("object")) {
            error.accept(
                    node.at(),
                    "'" + node.key() + "' is a text here; it takes parts"
                            + (shape.properties.isEmpty()
                                    ? ""
                                    : ": "
                                            + String.join(
                                                    ", ",
                                                    shape.properties.keySet().stream()
                                                            .limit(8)
                                                            .toList())));
        }
    }

    private static String words(Shape shape) {
        return shape.types.contains("array")
                ? "a list, whose items begin with '- '"
                : shape.types.contains("object") ? "named parts" : "a " + String.join(" or a ", shape.types);
    }
}
