package ordersystem.reload;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Takes a route file in YAML apart, with limits on everything: aliases can make a small file endless. Used once. */
final class YamlReader {

    private static final int MAX_NODES = 20_000;
    private static final int MAX_DEPTH = 100;
    private static final Pattern TAB = Pattern.compile("(?m)^[ ]*\t");
    private static final Pattern ANCHOR = Pattern.compile("(?<=[\\s\\[{:-])&[\\w-]+");

    private final String file;
    private final String content;
    private int nodes;

    YamlReader(String file, String content) {
        this.file = file;
        this.content = content;
    }

    List<Node> read() throws RoutesRefusedException {
        Optional<org.snakeyaml.engine.v2.nodes.Node> root;
        try {
            root = new Compose(LoadSettings.builder().setLabel(file).build()).composeString(content);
        } catch (MarkedYamlEngineException e) {
            throw notYaml(e);
        } catch (YamlEngineException e) {
            throw refuse(anchor(), "too many aliases: " + e.getMessage() + "; write it out");
        }
        if (root.isEmpty()) {
            throw refuse(Place.START, "empty; to take its routes away, delete the file");
        }
        Node whole = node("", place(root.get().getStartMark()), root.get(), 0);
        if (whole.kind() != Node.Kind.LIST) {
            throw refuse(
                    whole.at(), "not a list; a route file is a list, whose items begin with '- route:', for example");
        }
        List<Node> items = new ArrayList<>();
        for (Node item : whole.parts()) {
            if (item.kind() != Node.Kind.MAP || item.parts().size() != 1) {
                Place place = item.parts().size() > 1 ? item.parts().get(1).keyAt() : item.at();
                throw refuse(
                        place,
                        "an item of the file has one key, such as 'route:', and all else indented below it"
                                + (item.parts().size() > 1
                                        ? "; '" + item.parts().get(1).key() + "' is not"
                                        : ""));
            }
            items.add(item.parts().get(0));
        }
        return items;
    }

    private RoutesRefusedException notYaml(MarkedYamlEngineException e) {
        Place place = place(e.getProblemMark().or(e::getContextMark));
        Matcher tab = TAB.matcher(content);
        if (tab.find()) {
            Place at = Place.of(content, tab.end() - 1);
            if (at.line() <= place.line()) {
                return refuse(at, "a tab in the indentation; YAML takes blanks only");
            }
        }
        return refuse(place, "not YAML: " + e.getProblem() + (e.getContext() == null ? "" : ", " + e.getContext()));
    }

    private Place anchor() {
        Matcher anchor = ANCHOR.matcher(content);
        return anchor.find() ? Place.of(content, anchor.start()) : Place.START;
    }

    private Node node(String key, Place keyAt, org.snakeyaml.engine.v2.nodes.Node node, int depth)
            throws RoutesRefusedException {
        Place at = place(node.getStartMark());
        if (++nodes > MAX_NODES) {
            throw refuse(anchor(), "more than " + MAX_NODES + " parts, aliases counted as often as used; write it out");
        }
        if (depth > MAX_DEPTH) {
            throw refuse(keyAt, "more than " + MAX_DEPTH + " levels deep");
        }
        if (node instanceof ScalarNode scalar) {
            boolean quoted = scalar.getScalarStyle() == ScalarStyle.SINGLE_QUOTED
                    || scalar.getScalarStyle() == ScalarStyle.DOUBLE_QUOTED;
            return new Node(key, keyAt, Node.Kind.TEXT, scalar.getValue(), quoted ? at.right(1) : at, List.of());
        }
        List<Node> parts = new ArrayList<>();
        if (node instanceof SequenceNode sequence) {
            for (org.snakeyaml.engine.v2.nodes.Node item : sequence.getValue()) {
                parts.add(node("", place(item.getStartMark()), item, depth + 1));
            }
            return new Node(key, keyAt, Node.Kind.LIST, null, at, List.copyOf(parts));
        }
        Set<String> keys = new HashSet<>();
        for (NodeTuple tuple : ((MappingNode) node).getValue()) {
            Place place = place(tuple.getKeyNode().getStartMark());
            if (!(tuple.getKeyNode() instanceof ScalarNode name)) {
                throw refuse(place, "a key is a name here");
            }
            if (!keys.add(name.getValue())) {
                throw refuse(place, "'" + name.getValue() + "' stands here twice; keep one of them");
            }
            parts.add(node(name.getValue(), place, tuple.getValueNode(), depth + 1));
        }
        return new Node(key, keyAt, Node.Kind.MAP, null, at, List.copyOf(parts));
    }

    private static Place place(Optional<Mark> mark) {
        return mark.map(at -> new Place(at.getLine() + 1, at.getColumn() + 1)).orElse(Place.START);
    }

    private RoutesRefusedException refuse(Place place, String message) {
        return Source.refusal(file, content, place, message);
    }
}
