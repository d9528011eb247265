package ordersystem.reload;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All routes of all files together, and where they lead. Immutable after it was made. */
final class Flow {

    /** Keys whose text is an endpoint, or whose part {@code uri} is. */
    private static final Set<String> SHORT_FORMS = Set.of("to", "toD", "wireTap", "deadLetterUri", "poll");

    private final List<FlowRoute> routes = new ArrayList<>();
    private final Map<String, Node> configurations = new HashMap<>();

    /** @param resolve replaces placeholders; leaves a text as it is where one is not known */
    Flow(List<Source> sources, UnaryOperator<String> resolve) {
        for (Source source : sources) {
            source.items("route").forEach(node -> {
                Node from = node.part("from");
                String uri = from == null ? null : from.textOf("uri");
                Set<String> uses = new LinkedHashSet<>();
                endpoints(node).forEach(each -> {
                    if (each.parent() != from) {
                        uses.add(resolve.apply(each.node().words().strip()));
                    }
                });
                routes.add(new FlowRoute(
                        source,
                        node,
                        uri == null ? "" : resolve.apply(uri.strip()),
                        Set.copyOf(uses),
                        FlowRoute.ledgerMethods(node)));
            });
            source.items("routeConfiguration").forEach(node -> {
                String id = node.textOf("id");
                if (id != null) {
                    configurations.put(id, node);
                }
            });
        }
    }

    /**
     * A text that is the URI of an endpoint.
     *
     * @param parent what it stands in: has the parameters beside it
     */
    record EndpointAt(Node node, Node parent) {
        /** Whether the endpoint is only known when a message comes. */
        boolean isDynamic() {
            return node.words().contains("${");
        }
    }

    /** Those below a node; patterns of endpoints are none. */
    static List<EndpointAt> endpoints(Node node) {
        List<EndpointAt> found = new ArrayList<>();
        node.walk(parent -> {
            if (parent.key().equals("parameters")) {
                return; // the 'to' of a mail, for example
            }
            for (Node part : parent.parts()) {
                boolean isUri = part.key().equals("uri") && !parent.key().startsWith("intercept");
                if (part.isText() && !part.words().isBlank() && (isUri || SHORT_FORMS.contains(part.key()))) {
                    found.add(new EndpointAt(part, parent));
                }
            }
        });
        return found;
    }

    List<FlowRoute> routes() {
        return routes;
    }

    Map<String, Node> configurations() {
        return configurations;
    }

    /** What {@code direct:} endpoints routes take from, {@code direct:} included. */
    Set<String> directs() {
        return routes.stream()
                .map(route -> FlowRoute.withoutOptions(route.from()))
                .filter(from -> from.startsWith("direct:"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Nullable
    FlowRoute takingFrom(String endpoint) {
        return routes.stream()
                .filter(route -> FlowRoute.withoutOptions(route.from()).equals(endpoint))
                .findFirst()
                .orElse(null);
    }

    /** The methods of the ledger that an order meets on the way from a route on, through {@code direct:} endpoints. */
    Set<String> ledgerMethodsFrom(FlowRoute start) {
        Set<String> methods = new HashSet<>();
        Set<FlowRoute> seen = new HashSet<>();
        Deque<FlowRoute> next = new ArrayDeque<>(List.of(start));
        while (!next.isEmpty()) {
            FlowRoute route = next.pop();
            if (seen.add(route)) {
                methods.addAll(route.ledger());
                for (String used : route.uses()) {
                    FlowRoute there = takingFrom(FlowRoute.withoutOptions(used));
                    if (there != null) {
                        next.push(there);
                    }
                }
            }
        }
        return methods;
    }
}
