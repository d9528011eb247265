package ordersystem.reload;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.language.simple.types.SimpleIllegalSyntaxException;
import org.apache.camel.spi.Language;
import org.jspecify.annotations.Nullable;

/**
 * Whether what route files name is there: beans and their methods, properties, policies, exceptions, and what {@link Endpoints} looks
 * at; whether what is to be unique is; and whether Simple expressions can be read. Each error is
 * told where it stands, and all of them, where Camel would end with the first. Used once, by one thread.
 */
final class References {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^{}]+)}}");
    private static final Pattern BEAN_IN_SIMPLE =
            Pattern.compile("\\$\\{bean:([\\w-]+)(?:(?:\\?method=|\\.|::)([A-Za-z_]\\w*))?");
    private static final Pattern BEAN_REFERENCE = Pattern.compile("^#(?:bean:)?([\\w-]+)$");
    private static final Pattern FUNCTION = Pattern.compile("\\$\\{([\\w-]+)");

    /** Of these keys, the Simple below decides yes or no. */
    private static final Set<String> DECISIONS =
            Set.of("when", "filter", "validate", "onWhen", "retryWhile", "handled", "continued", "completionPredicate");

    private static final Set<String> FUNCTIONS = Set.of(
            "body",
            "bodyAs",
            "mandatoryBodyAs",
            "bodyOneLine",
            "header",
            "headers",
            "headerAs",
            "variable",
            "variables",
            "exchangeProperty",
            "exchange",
            "exchangeId",
            "exception",
            "id",
            "messageTimestamp",
            "camelId",
            "routeId",
            "routeGroup",
            "stepId",
            "fromRouteId",
            "threadName",
            "hostname",
            "date",
            "date-with-timezone",
            "bean",
            "ref",
            "type",
            "env",
            "sys",
            "random",
            "uuid",
            "hash",
            "properties",
            "propertiesExist",
            "collate",
            "skip",
            "join",
            "messageHistory",
            "attachments",
            "jq",
            "jsonpath",
            "xpath",
            "null",
            "empty",
            "prettyBody",
            "logExchange",
            "pretty",
            "replace",
            "substring",
            "iif",
            "list",
            "map",
            "length",
            "size",
            "trim",
            "uppercase",
            "lowercase",
            "concat",
            "abs",
            "sum",
            "split",
            "originalBody");

    /** For a mistyped one. */
    private static final List<String> EXCEPTIONS = List.of(
            "ordersystem.order.UnprocessableOrderException",
            "ordersystem.order.InvalidOrderException",
            "org.apache.camel.http.base.HttpOperationFailedException",
            "java.lang.Exception",
            "java.lang.RuntimeException",
            "java.lang.IllegalStateException",
            "java.lang.IllegalArgumentException",
            "java.io.IOException",
            "java.io.FileNotFoundException",
            "java.net.ConnectException",
            "java.net.SocketTimeoutException",
            "java.net.UnknownHostException",
            "java.sql.SQLException",
            "java.util.concurrent.TimeoutException");

    private final List<Source> sources;
    private final CamelContext context;
    private final Set<String> properties;
    private final Map<String, @Nullable Class<?>> beans;
    private final Endpoints endpoints;
    private final Flow flow;
    private final List<RouteError> errors;
    private final Language simple;

    /** @param properties keys that are set */
    References(
            List<Source> sources,
            CamelContext context,
            Set<String> properties,
            Map<String, Class<?>> beans,
            Flow flow,
            List<RouteError> errors) {
        this.sources = sources;
        this.context = context;
        this.properties = properties;
        this.beans = new TreeMap<>(beans);
        this.flow = flow;
        this.errors = errors;
        this.endpoints = new Endpoints(context, this.beans, flow, errors);
        this.simple = context.resolveLanguage("simple");
    }

    void check() {
        sources.forEach(this::learnBeans);
        for (Source source : sources) {
            for (Node item : source.items()) {
                // What stands in a template is only known when a route is made of it.
                if (!item.key().equals("routeTemplate")) {
                    check(source, item, "", "");
                }
                for (Flow.EndpointAt endpoint : Flow.endpoints(item)) {
                    if (!item.key().equals("routeTemplate")) {
                        endpoints.check(source, endpoint);
                    }
                }
            }
        }
        checkIds();
        new HttpPaths(sources, flow, errors).check();
    }

    private void error(Source source, Place place, String message) {
        errors.add(source.error(place, message));
    }

    /** Beans that a file defines itself. */
    private void learnBeans(Source source) {
        source.items("beans").flatMap(list -> list.parts().stream()).forEach(bean -> {
            String name = bean.textOf("name");
            Node type = bean.part("type");
            for (Node part : bean.parts()) {
                if (part.key().equals("script") || part.key().equals("scriptLanguage")) {
                    error(
                            source,
                            part.keyAt(),
                            "'" + part.key() + "' of a bean: there is no program text in route files;"
                                    + " put a class into lib/ext and name it with 'type'");
                }
            }
            if (name == null || type == null) {
                return;
            }
            if (beans.containsKey(name) || context.hasComponent(name) != null) {
                Node at = bean.part("name");
                error(source, at == null ? bean.at() : at.at(), "the name '" + name + "' is taken; choose another one");
            }
            Class<?> known = typeOf(
                    source, type, type.words().replaceFirst("^#class:", "").replaceFirst("\\(.*", ""));
            beans.put(name, known);
            if (known != null
                    && !known.isInterface()
                    && !Modifier.isAbstract(known.getModifiers())
                    && !Component.class.isAssignableFrom(known)) {
                // An option of an endpoint may name it.
                context.getRegistry().bind(name, Trial.hollow(known));
            }
        });
    }

    private @Nullable Class<?> typeOf(Source source, Node at, String name) {
        if (name.contains("{{") || name.startsWith("#")) {
            return null;
        }
        Class<?> type = context.getClassResolver().resolveClass(name);
        if (type == null) {
            String near = Spelling.didYouMean(name, EXCEPTIONS);
            error(
                    source,
                    at.at(),
                    "unknown class '" + name + "'"
                            + (near.isEmpty() ? "; is its jar in lib/ext, and the name complete?" : near));
        }
        return type;
    }

    /**
     * @param in the key above
     * @param around the nearest key above that says what the node is for
     */
    private void check(Source source, Node node, String in, String around) {
        String key = node.key();
        if (node.isText()) {
            checkText(source, node, in, around);
        } else {
            checkBean(source, node);
        }
        String below = key.isEmpty() || key.equals("expression") || key.equals("simple") ? around : key;
        node.parts().forEach(part -> check(source, part, key, below));
    }

    private void checkText(Source source, Node node, String in, String around) {
        String text = node.words();
        checkPlaceholders(source, node);
        switch (node.key()) {
            case "simple" -> checkSimple(source, node, DECISIONS.contains(around));
            case "expression" -> {
                if (in.equals("simple")) {
                    checkSimple(source, node, DECISIONS.contains(around));
                }
            }
            case "log" -> checkSimple(source, node, false);
            case "message" -> {
                if (around.equals("log") || around.equals("throwException")) {
                    checkSimple(source, node, false);
                }
            }
            case "toD" -> checkSimple(source, node, false);
            case "uri" -> {
                if (around.equals("toD") || around.equals("wireTap")) {
                    checkSimple(source, node, false);
                }
            }
            case "bean" -> checkBeanName(source, node, text.replaceAll("\\?.*", ""));
            case "routeConfigurationId" -> checkConfigurationIds(source, node);
            case "exceptionType" -> typeOf(source, node, text);
            case "type" -> {
                if (around.startsWith("convert")) {
                    typeOf(source, node, text);
                }
            }
            case "exception" -> {
                if (!text.contains("${")) {
                    typeOf(source, node, text);
                }
            }
            case "" -> {
                if (around.equals("exception")) {
                    typeOf(source, node, text);
                }
            }
            default -> {
                Matcher reference = BEAN_REFERENCE.matcher(text);
                if (reference.matches()) {
                    checkBeanName(source, node, reference.group(1));
                }
            }
        }
    }

    private void checkPlaceholders(Source source, Node node) {
        Matcher placeholder = PLACEHOLDER.matcher(node.words());
        while (placeholder.find()) {
            String key = placeholder.group(1).strip();
            boolean needed = !key.contains(":") && !key.startsWith("?");
            key = key.startsWith("!") ? key.substring(1) : key;
            if (needed && !properties.contains(key)) {
                error(
                        source,
                        node.at().right(placeholder.start(1)),
                        "unknown property '" + key + "'"
                                + (Spelling.didYouMean(key, properties).isEmpty()
                                        ? "; set it in config/application.properties"
                                        : Spelling.didYouMean(key, properties)));
            }
        }
    }

    private void checkSimple(Source source, Node node, boolean decides) {
        String text = node.words();
        int before = errors.size();
        Matcher bean = BEAN_IN_SIMPLE.matcher(text);
        while (bean.find()) {
            checkMethod(
                    source,
                    node.at().right(bean.start(1)),
                    bean.group(1),
                    bean.group(2),
                    bean.group(2) == null ? node.at() : node.at().right(bean.start(2)));
        }
        if (text.contains("{{") || errors.size() > before) {
            return; // as a whole it is read when it is loaded
        }
        try {
            if (decides) {
                simple.createPredicate(text);
            } else {
                simple.createExpression(text);
            }
        } catch (SimpleIllegalSyntaxException e) {
            Place place = e.getIndex() < 0 || text.contains("\n")
                    ? node.at()
                    : node.at().right(e.getIndex());
            String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            error(
                    source,
                    place,
                    "not a Simple expression: " + message.replaceAll(" at location -?\\d+$", "") + function(text));
        } catch (RuntimeException e) {
            error(source, node.at(), "not a Simple expression: " + e.getMessage());
        }
    }

    /** The function that was probably meant, where one is unknown. */
    private static String function(String text) {
        return FUNCTION.matcher(text)
                .results()
                .map(found -> found.group(1))
                .filter(name -> !FUNCTIONS.contains(name))
                .map(name -> Spelling.didYouMean(name, FUNCTIONS))
                .filter(near -> !near.isEmpty())
                .findFirst()
                .orElse("");
    }

    private void checkBean(Source source, Node node) {
        if (!Set.of("bean", "method", "process").contains(node.key())) {
            return;
        }
        Node ref = node.part("ref");
        if (ref != null && ref.isText()) {
            Node method = node.part("method");
            checkMethod(
                    source,
                    ref.at(),
                    ref.words(),
                    method == null
                            ? null
                            : method.words().replaceAll("\\(.*", "").strip(),
                    method == null ? ref.at() : method.at());
        }
    }

    private void checkBeanName(Source source, Node node, String name) {
        checkMethod(source, node.at(), name, null, node.at());
    }

    private void checkMethod(Source source, Place nameAt, String given, @Nullable String method, Place methodAt) {
        String name = given.replaceFirst("^#?bean:", "");
        if (name.isEmpty() || name.contains("{{") || name.contains("${")) {
            return;
        }
        if (!beans.containsKey(name)) {
            if (context.getRegistry().lookupByName(name) == null) {
                String near = Spelling.didYouMean(name, beans.keySet());
                error(
                        source,
                        nameAt,
                        "unknown bean '" + name + "'"
                                + (near.isEmpty() ? "; beans here: " + String.join(", ", beans.keySet()) : near));
            }
            return;
        }
        Class<?> type = beans.get(name);
        if (type == null || method == null || method.isEmpty()) {
            return;
        }
        Set<String> methods = Arrays.stream(type.getMethods())
                .filter(each -> each.getDeclaringClass() != Object.class)
                .map(Method::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        if (!methods.contains(method)) {
            String near = Spelling.didYouMean(method, methods);
            error(
                    source,
                    methodAt,
                    "bean '" + name + "' has no method '" + method + "'"
                            + (near.isEmpty() ? "; it has " + String.join(", ", methods) : near));
        }
    }

    private void checkConfigurationIds(Source source, Node node) {
        for (String id : node.words().split(",", -1)) {
            String name = id.strip();
            if (!name.contains("*")
                    && !name.contains("{{")
                    && !flow.configurations().containsKey(name)) {
                Set<String> known = flow.configurations().keySet();
                String near = Spelling.didYouMean(name, known);
                error(
                        source,
                        node.at(),
                        "unknown routeConfigurationId '" + name + "'; Camel would run the route without" + " its policy"
                                + (near.isEmpty() ? "; there are " + String.join(", ", new TreeSet<>(known)) : near));
            }
        }
    }

    private void checkIds() {
        Map<String, Source> routes = new HashMap<>();
        Map<String, Source> configurations = new HashMap<>();
        for (Source source : sources) {
            for (Node item : source.items()) {
                if (item.key().equals("from")) {
                    error(source, item.keyAt(), "a route without an id; put 'from' below 'route:', beside 'id: …'");
                } else if (item.key().equals("route")) {
                    unique(source, item, routes, "route");
                } else if (item.key().equals("routeConfiguration") && item.part("id") != null) {
                    unique(source, item, configurations, "routeConfiguration");
                }
            }
        }
    }

    private void unique(Source source, Node item, Map<String, Source> known, String what) {
        Node id = item.part("id");
        if (id == null || id.words().isBlank()) {
            error(source, item.keyAt(), "a " + what + " without an id; give it one, by which an edit finds it");
            return;
        }
        Source before = known.putIfAbsent(id.words(), source);
        if (before != null) {
            error(
                    source,
                    id.at(),
                    "the id '" + id.words() + "' is taken by another " + what + " in " + before.file()
                            + "; each needs its own");
        }
    }
}
