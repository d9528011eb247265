package ordersystem.reload;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.jspecify.annotations.Nullable;

/** Whether the endpoints of route files can be: their component, its options, the route behind a {@code direct:}. Used by one thread. */
final class Endpoints {

    private static final Pattern UNKNOWN_PARAMETERS = Pattern.compile("Unknown parameters=\\[\\{(.*?)}]");

    private final CamelContext context;
    private final Map<String, @Nullable Class<?>> beans;
    private final Components components;
    private final Flow flow;
    private final List<RouteError> errors;

    /** @param beans by name; those that a file defines itself may be a component */
    Endpoints(CamelContext context, Map<String, @Nullable Class<?>> beans, Flow flow, List<RouteError> errors) {
        this.context = context;
        this.beans = beans;
        this.components = new Components(context);
        this.flow = flow;
        this.errors = errors;
    }

    private void error(Source source, Place place, String message) {
        errors.add(source.error(place, message));
    }

    void check(Source source, Flow.EndpointAt endpoint) {
        Node node = endpoint.node();
        String text = resolve(node.words().strip());
        if (text == null) {
            return; // told as an unknown property
        }
        Matcher scheme =
                Pattern.compile("([a-zA-Z][\\w.+-]*)(:.*)?", Pattern.DOTALL).matcher(text);
        if (!scheme.matches() || scheme.group(2) == null && endpoint.parent().part("parameters") == null) {
            if (!endpoint.isDynamic()) {
                error(
                        source,
                        node.at(),
                        "'" + text + "' is not an endpoint; one begins with a component, as in"
                                + " 'direct:fulfilment' or 'activemq:queue:orders.fulfilled'");
            }
            return;
        }
        String component = scheme.group(1);
        Class<?> own = beans.get(component);
        if (own != null && Component.class.isAssignableFrom(own)) {
            return; // of a file's own; whether it takes the options shows when Camel loads the route
        }
        if (!components.isKnown(component)) {
            String near = Spelling.didYouMean(component, components.names());
            error(
                    source,
                    node.at(),
                    "unknown component '" + component + "'"
                            + (near.isEmpty()
                                    ? "; to have it, put camel-" + component + " and what it needs into lib/ext"
                                    : near));
            return;
        }
        String target = FlowRoute.withoutOptions(text);
        if (component.equals("direct")
                && !target.equals("direct:")
                && !endpoint.isDynamic()
                && !flow.directs().contains(target.replace("direct://", "direct:"))) {
            String near = Spelling.didYouMean(target, flow.directs());
            error(
                    source,
                    node.at(),
                    "no route takes from '" + target + "'"
                            + (near.isEmpty() ? "; add one that begins so, or name another" : near));
            return;
        }
        if (!endpoint.isDynamic()) {
            checkOptions(source, endpoint, component, text);
        }
    }

    private void checkOptions(Source source, Flow.EndpointAt endpoint, String component, String text) {
        Map<String, Place> given = Promises.options(endpoint);
        Components.Options known = components.options(component);
        if (known != null && given.keySet().stream().anyMatch(known.inPath()::contains)) {
            return; // the URI is not whole without them
        }
        if (known != null && known.lenient()) {
            given.forEach((name, place) -> {
                if (!known.has(name)) {
                    Spelling.nearest(name, known.names())
                            .filter(near -> name.length() > 4 && Spelling.distance(name, near) <= 2)
                            .ifPresent(near -> error(
                                    source,
                                    place,
                                    "unknown option '" + name + "' of '" + component + "': did you mean '" + near
                                            + "'?"));
                }
            });
        }
        String uri = whole(endpoint, text);
        if (uri == null) {
            return;
        }
        try {
            context.getEndpoint(uri);
        } catch (Exception e) {
            Map<String, Place> places = new HashMap<>(given);
            Throwable root = TrialFailure.root(e);
            Matcher unknown = UNKNOWN_PARAMETERS.matcher(e + " " + root);
            if (unknown.find()) {
                for (String each : unknown.group(1).split(", ", -1)) {
                    String name = each.replaceAll("=.*", "");
                    error(
                            source,
                            places.getOrDefault(name, endpoint.node().at()),
                            "unknown option '" + name + "' of '" + component + "'"
                                    + (known == null ? "" : Spelling.didYouMean(name, known.names())));
                }
                return;
            }
            String message = String.valueOf(root.getMessage());
            Place place = places.entrySet().stream()
                    .filter(option ->
                            message.contains(option.getKey()) || names(message, value(endpoint, option.getKey())))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElse(endpoint.node().at());
            error(source, place, "'" + component + "' does not take this: " + message);
        }
    }

    private static @Nullable String value(Flow.EndpointAt endpoint, String option) {
        return option(endpoint.node().words(), endpoint.parent().part("parameters"), option);
    }

    /** Whether a message is about a value: has it as a word of its own. */
    private static boolean names(String message, @Nullable String value) {
        String bare = value == null ? "" : value.replaceFirst("^#(bean:)?", "");
        return !bare.isEmpty()
                && Pattern.compile("(?<![\\w.])" + Pattern.quote(bare) + "(?![\\w.])")
                        .matcher(message)
                        .find();
    }

    /** The URI with its parameters and without placeholders; null where that cannot be told. */
    private @Nullable String whole(Flow.EndpointAt endpoint, String text) {
        Node parameters = endpoint.parent().part("parameters");
        if (parameters == null) {
            return text;
        }
        StringBuilder uri = new StringBuilder(text.contains(":") ? text : text + ":");
        for (Node parameter : parameters.parts()) {
            String value = resolve(parameter.words());
            if (value == null || value.contains("${")) {
                return null;
            }
            uri.append(uri.indexOf("?") < 0 ? "?" : "&")
                    .append(parameter.key())
                    .append('=')
                    .append(
                            value.startsWith("RAW(") || value.startsWith("#")
                                    ? value
                                    : URLEncoder.encode(value, StandardCharsets.UTF_8)
                                            .replace("+", "%20"));
        }
        return uri.toString();
    }

    private @Nullable String resolve(String text) {
        try {
            return context.resolvePropertyPlaceholders(text);
        } catch (RuntimeException notDefined) {
            return null;
        }
    }

    /** An option of a URI, from its query or its parameters. */
    static @Nullable String option(String query, @Nullable Node parameters, String name) {
        Matcher found = Pattern.compile("[?&]" + name + "=([^&]*)").matcher(query);
        if (found.find()) {
            return found.group(1);
        }
        return parameters == null ? null : parameters.textOf(name);
    }
}
