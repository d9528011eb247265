package ordersystem.reload;

import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A route as it stands in a file.
 *
 * @param node of the route
 * @param from where it takes from, placeholders resolved; empty where that is not said
 * @param uses every endpoint that it names and does not take from, placeholders resolved
 * @param ledger the methods of the bean {@code ledger} that it calls
 */
record FlowRoute(Source source, Node node, String from, Set<String> uses, Set<String> ledger) {

    private static final Pattern QUEUE = Pattern.compile("activemq:(?://)?(?:queue:)?(?!topic:)([^?]+).*");
    private static final Pattern LEDGER = Pattern.compile("\\$\\{bean:ledger(?:\\?method=|\\.|::)(\\w+)");

    @Nullable
    String id() {
        return node.textOf("id");
    }

    /** Where an error about the route as a whole is shown. */
    Place at() {
        Node id = node.part("id");
        return id == null ? node.keyAt() : id.at();
    }

    /** Where it says what it takes from. */
    Place fromAt() {
        Node from = node.part("from");
        Node uri = from == null ? null : from.part("uri");
        return uri == null ? at() : uri.at();
    }

    /** Such as {@code direct:fulfilment}: without options. */
    String source(String uri) {
        return withoutOptions(uri);
    }

    static String withoutOptions(String uri) {
        int options = uri.indexOf('?');
        return options < 0 ? uri : uri.substring(0, options);
    }

    /** The queue of an {@code activemq:} endpoint; null where it is none. */
    static @Nullable String queue(String uri) {
        var match = QUEUE.matcher(uri);
        return match.matches() ? match.group(1) : null;
    }

    static Set<String> ledgerMethods(Node node) {
        return node.all()
                .flatMap(part -> part.isText()
                        ? LEDGER.matcher(part.words()).results().map(found -> found.group(1))
                        : "ledger".equals(part.textOf("ref"))
                                ? java.util.stream.Stream.of(Objects.requireNonNullElse(part.textOf("method"), "")
                                        .replaceAll("\\(.*", ""))
                                : java.util.stream.Stream.empty())
                .collect(Collectors.toUnmodifiableSet());
    }
}
