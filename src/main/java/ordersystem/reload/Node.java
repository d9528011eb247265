package ordersystem.reload;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A part of a route file, the same for YAML and XML: a key with a text, with named parts, or with a list of parts. In XML an
 * element is a key with named parts, its attributes and elements among them. Immutable.
 *
 * @param key empty for an item of a list
 * @param keyAt where the key stands; for an item of a list, where the item does
 * @param text null where it has parts
 * @param at where the text begins, or the parts do
 */
record Node(String key, Place keyAt, Kind kind, @Nullable String text, Place at, List<Node> parts) {

    enum Kind {
        MAP,
        LIST,
        TEXT
    }

    boolean isText() {
        return kind == Kind.TEXT;
    }

    /** The text; empty where it has none. */
    String words() {
        return text == null ? "" : text;
    }

    @Nullable
    Node part(String name) {
        for (Node part : parts) {
            if (part.key.equals(name)) {
                return part;
            }
        }
        return null;
    }

    /** Null where there is no such part, or it is no text. */
    @Nullable
    String textOf(String name) {
        Node part = part(name);
        return part == null ? null : part.text;
    }

    /** This, and everything below. */
    Stream<Node> all() {
        return Stream.concat(Stream.of(this), parts.stream().flatMap(Node::all));
    }

    /** Calls for this and everything below, parents first. */
    void walk(Consumer<Node> each) {
        each.accept(this);
        parts.forEach(part -> part.walk(each));
    }

    /** The same for two parts that mean the same: without places, comments, and the order of named parts. */
    Object meaning() {
        return switch (kind) {
            case TEXT -> words();
            case LIST -> parts.stream().map(Node::meaning).toList();
            case MAP -> {
                Map<String, Object> named = new TreeMap<>();
                boolean repeated = false;
                for (Node part : parts) {
                    repeated |= named.put(part.key, part.meaning()) != null;
                }
                // Where a name comes twice, as elements of XML do, the order tells.
                yield repeated
                        ? parts.stream()
                                .map(part -> List.of(part.key, part.meaning()))
                                .toList()
                        : named;
            }
        };
    }
}
