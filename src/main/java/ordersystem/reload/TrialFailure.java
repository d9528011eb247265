package ordersystem.reload;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.FailedToCreateRouteException;
import org.jspecify.annotations.Nullable;

/** Finds where in the files that stands which Camel did not take: what no check of ours had found. */
final class TrialFailure {

    private static final Pattern LINE = Pattern.compile("(?:line |@)(\\d+)(?:, column |:)(\\d+)");
    private static final Pattern UNEXPECTED =
            Pattern.compile("Unexpected (element|attribute) '(?:\\{[^}]*})?([\\w-]+)'");
    private static final int SHORTEST = 4;

    private TrialFailure() {}

    static Throwable root(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root;
    }

    /** @param words that XML elements and attributes may be */
    static RouteError explain(Throwable e, List<Source> sources, Set<String> words) {
        Throwable root = root(e);
        String message = readable(root.getMessage() == null ? root.toString() : root.getMessage(), words);
        String all = root.getMessage() + " " + e.getMessage();
        Source source = source(e, all, sources);
        if (source == null) {
            return RouteError.ofFile("", message);
        }
        Matcher line = LINE.matcher(all);
        if (line.find()) {
            return source.error(new Place(Integer.parseInt(line.group(1)), Integer.parseInt(line.group(2))), message);
        }
        String id = routeId(e);
        Node route = source.items("route")
                .filter(item -> id != null && id.equals(item.textOf("id")))
                .findFirst()
                .orElse(null);
        if (route == null) {
            return source.error(Place.START, message);
        }
        // The longest text of the route that the message repeats.
        Place place = route.all()
                .filter(node -> node.isText() && node.words().length() >= SHORTEST && message.contains(node.words()))
                .max(Comparator.comparingInt(node -> node.words().length()))
                .map(Node::at)
                .orElse(route.keyAt());
        return source.error(place, message);
    }

    private static String readable(String message, Set<String> words) {
        Matcher unexpected = UNEXPECTED.matcher(message);
        return unexpected.find()
                ? "unknown " + unexpected.group(1) + " '" + unexpected.group(2) + "'"
                        + Spelling.didYouMean(unexpected.group(2), words)
                : message;
    }

    private static @Nullable Source source(Throwable e, String message, List<Source> sources) {
        String id = routeId(e);
        for (Source source : sources) {
            if (id != null && source.items("route").anyMatch(item -> id.equals(item.textOf("id")))) {
                return source;
            }
        }
        return sources.stream()
                .filter(source -> message.contains(source.file()))
                .findFirst()
                .orElse(sources.size() == 1 ? sources.get(0) : null);
    }

    private static @Nullable String routeId(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof FailedToCreateRouteException failed) {
                return failed.getRouteId();
            }
        }
        return null;
    }
}
