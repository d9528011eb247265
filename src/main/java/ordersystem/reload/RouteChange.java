package ordersystem.reload;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.support.PatternHelper;

/**
 * What has to be exchanged so that other files run: the routes that read differently, with their policy and what holds for
 * their whole file, and no others. A comment changes nothing.
 *
 * @param everything whether all is taken away and loaded anew: beans, templates or what holds for all routes changed
 * @param rests whether the REST paths are exchanged, all of them together
 * @param gone ids of routes to be taken away
 * @param coming ids of routes to be added; many are in both
 * @param http whether a route that is exchanged takes HTTP requests
 */
record RouteChange(boolean everything, boolean rests, Set<String> gone, Set<String> coming, boolean http) {

    /** Kinds that this can exchange one by one; of all others it cannot tell what they change. */
    private static final Set<String> KNOWN = Set.of("route", "rest", "routeConfiguration");

    private static final Set<String> VERBS = Set.of("get", "post", "put", "delete", "patch", "head");

    boolean isNothing() {
        return !everything && !rests && gone.isEmpty() && coming.isEmpty();
    }

    /** The way back. */
    RouteChange reversed() {
        return new RouteChange(everything, rests, coming, gone, http);
    }

    static RouteChange between(List<Source> before, List<Source> after) {
        Map<String, Node> old = routes(before);
        Map<String, Node> now = routes(after);
        if (!unknownItems(before).equals(unknownItems(after))) {
            return new RouteChange(true, true, Set.copyOf(old.keySet()), Set.copyOf(now.keySet()), true);
        }
        Map<String, Object> oldMeaning = meanings(before);
        Map<String, Object> newMeaning = meanings(after);
        Set<String> gone = new LinkedHashSet<>(old.keySet());
        gone.removeIf(id -> Objects.equals(oldMeaning.get(id), newMeaning.get(id)));
        Set<String> coming = new LinkedHashSet<>(now.keySet());
        coming.removeIf(id -> Objects.equals(oldMeaning.get(id), newMeaning.get(id)));

        // Camel puts these into the REST routes, where they lose their own.
        Set<String> oldInRest = inRests(before, old);
        Set<String> newInRest = inRests(after, now);
        boolean rests = !rests(before).equals(rests(after))
                || !oldInRest.equals(newInRest)
                || gone.stream().anyMatch(oldInRest::contains)
                || coming.stream().anyMatch(newInRest::contains);
        if (rests) {
            gone.addAll(oldInRest);
            coming.addAll(newInRest);
        }
        boolean http = rests
                || gone.stream().anyMatch(id -> takesRequests(old.get(id)))
                || coming.stream().anyMatch(id -> takesRequests(now.get(id)));
        return new RouteChange(false, rests, Set.copyOf(gone), Set.copyOf(coming), http);
    }

    private static Map<String, Node> routes(List<Source> sources) {
        Map<String, Node> routes = new HashMap<>();
        for (Source source : sources) {
            source.items("route").forEach(route -> routes.put(Objects.requireNonNull(route.textOf("id")), route));
        }
        return routes;
    }

    /** What each route is, with all that has a say in it. */
    private static Map<String, Object> meanings(List<Source> sources) {
        List<Node> configurations = sources.stream()
                .flatMap(source -> source.items("routeConfiguration"))
                .toList();
        Map<String, Object> meanings = new HashMap<>();
        for (Source source : sources) {
            source.items("route").forEach(route -> {
                List<Object> meaning = new ArrayList<>(List.of(route.meaning(), source.forTheFile()));
                configurations.stream()
                        .filter(configuration -> holdsFor(configuration, route))
                        .map(Node::meaning)
                        .forEach(meaning::add);
                if (source.file().endsWith(RouteFiles.XML)) {
                    // Whether the order of elements tells is not known here.
                    meaning.add(source.content());
                }
                meanings.put(Objects.requireNonNull(route.textOf("id")), meaning);
            });
        }
        return meanings;
    }

    /** One without an id is the default of all routes that name none. */
    private static boolean holdsFor(Node configuration, Node route) {
        String id = configuration.textOf("id");
        String named = route.textOf("routeConfigurationId");
        if (named == null) {
            return id == null;
        }
        for (String pattern : named.split(",", -1)) {
            if (id != null && PatternHelper.matchPattern(id, pattern.strip())) {
                return true;
            }
        }
        return false;
    }

    private static List<Object> rests(List<Source> sources) {
        return sources.stream()
                .flatMap(source -> source.items("rest"))
                .map(Node::meaning)
                .toList();
    }

    /** Ids of the routes that REST verbs lead to. */
    private static Set<String> inRests(List<Source> sources, Map<String, Node> routes) {
        Set<String> directs = sources.stream()
                .flatMap(source -> source.items("rest"))
                .flatMap(rest -> rest.parts().stream())
                .filter(part -> VERBS.contains(part.key()))
                .flatMap(verb -> Flow.endpoints(verb).stream())
                .map(endpoint -> endpoint.node().words())
                .collect(Collectors.toSet());
        Set<String> ids = new HashSet<>();
        routes.forEach((id, route) -> {
            if (directs.contains(from(route))) {
                ids.add(id);
            }
        });
        return ids;
    }

    private static List<Object> unknownItems(List<Source> sources) {
        List<Object> items = new ArrayList<>();
        for (Source source : sources) {
            boolean hasBeans = source.items("beans").findAny().isPresent();
            for (Node item : source.items()) {
                boolean isDefault = item.key().equals("routeConfiguration") && item.part("id") == null;
                if (isDefault || !KNOWN.contains(item.key()) && !Source.isForTheFile(item.key())) {
                    items.add(List.of(item.key(), item.meaning()));
                }
            }
            if (hasBeans) {
                // To load the file again makes its beans anew, and others may hold those that were.
                items.add(source.content());
            }
        }
        return items;
    }

    private static String from(Node route) {
        Node from = route.part("from");
        String uri = from == null ? null : from.textOf("uri");
        return uri == null ? "" : uri;
    }

    private static boolean takesRequests(@org.jspecify.annotations.Nullable Node route) {
        return route != null && from(route).matches("(platform-http|management-http|rest):.*");
    }
}
