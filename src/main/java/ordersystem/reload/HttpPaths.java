package ordersystem.reload;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What route files serve over HTTP: each path and verb once. Used once, by one thread. */
final class HttpPaths {

    private static final Set<String> VERBS = Set.of("get", "post", "put", "delete", "patch", "head");

    private final List<Source> sources;
    private final Flow flow;
    private final List<RouteError> errors;

    HttpPaths(List<Source> sources, Flow flow, List<RouteError> errors) {
        this.sources = sources;
        this.flow = flow;
        this.errors = errors;
    }

    private void error(Source source, Place place, String message) {
        errors.add(source.error(place, message));
    }

    /** A path and verb that two routes serve: only one of them would be asked. */
    void check() {
        Map<String, String> served = new HashMap<>();
        Map<String, String> verbs = new HashMap<>();
        for (Source source : sources) {
            source.items("rest").forEach(rest -> {
                String base = rest.textOf("path");
                rest.parts().stream().filter(part -> VERBS.contains(part.key())).forEach(verb -> {
                    List<Node> each = verb.kind() == Node.Kind.LIST ? verb.parts() : List.of(verb);
                    for (Node one : each) {
                        Node path = one.part("path");
                        Place at = path == null ? one.keyAt() : path.at();
                        serve(
                                source,
                                at,
                                served,
                                "platform-http",
                                verb.key(),
                                (base == null ? "" : base) + "/" + (path == null ? "" : path.words()),
                                one.textOf("consumes"));
                        Node to = one.part("to");
                        Node uri = to == null || to.isText() ? to : to.part("uri");
                        if (uri != null && uri.words().startsWith("direct:")) {
                            String other = verbs.putIfAbsent(
                                    uri.words(), source.file() + ":" + uri.at().line());
                            if (other != null) {
                                error(
                                        source,
                                        uri.at(),
                                        "'" + uri.words() + "' is the route of another REST verb already (" + other
                                                + "); each verb needs a route of its own");
                            }
                        }
                    }
                });
            });
        }
        for (FlowRoute route : flow.routes()) {
            Matcher http = Pattern.compile("(platform-http|management-http):([^?]+)(\\?.*)?")
                    .matcher(route.from());
            if (http.matches()) {
                String options = http.group(3) == null ? "" : http.group(3);
                Node from = route.node().part("from");
                Node parameters = from == null ? null : from.part("parameters");
                String methods = Endpoints.option(options, parameters, "httpMethodRestrict");
                for (String verb : (methods == null ? "*" : methods).split(",", -1)) {
                    serve(
                            route.source(),
                            route.fromAt(),
                            served,
                            http.group(1),
                            verb,
                            http.group(2),
                            Endpoints.option(options, parameters, "consumes"));
                }
            }
        }
    }

    private void serve(
            Source source,
            Place at,
            Map<String, String> served,
            String server,
            String verb,
            String path,
            @Nullable String type) {
        String shown = path.replaceAll("/+", "/").replaceAll("(?<=.)/$", "");
        String key = server + " " + verb.toUpperCase(Locale.ROOT) + " " + shown.replaceAll("\\{[^}]*}", "{}") + " "
                + (type == null ? "*" : type);
        String other = served.putIfAbsent(key, source.file() + ":" + at.line());
        if (other != null) {
            error(
                    source,
                    at,
                    verb.toUpperCase(Locale.ROOT) + " " + shown + " is served already (" + other
                            + "); give one of the two another path or verb");
        }
    }
}
