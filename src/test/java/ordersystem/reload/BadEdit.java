package ordersystem.reload;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * One way to spoil the shipped route files, and how the error must read.
 *
 * @param name for people
 * @param file that is edited
 * @param edit makes the bad text of the good one
 * @param place the first text in the bad file at which the error must point; empty where only a place of some kind must be
 *     told
 * @param message what the error must say
 */
public record BadEdit(String name, String file, UnaryOperator<String> edit, String place, String message) {

    private static final String FULFILMENT = "40-fulfilment.camel.yaml";
    private static final String POLICY = "00-failure-policy.camel.yaml";
    private static final String RECEIVE = "10-receive-orders.camel.yaml";
    private static final String ROUTE = "20-route-by-priority.camel.yaml";
    private static final String FULFIL = "30-fulfil-orders.camel.yaml";
    private static final String WAITING = "60-waiting-room.camel.yaml";
    private static final String DEAD = "70-dead-letters.camel.yaml";
    private static final String API = "90-order-api.camel.yaml";
    private static final String OPERATIONS = "95-operations-api.camel.yaml";
    private static final String MINE = "50-mine.camel.yaml";
    private static final String XML = "15-legacy-orders.camel.xml";

    private static final String TO = "- to: \"{{orders.fulfilment.uri}}\"";

    /** Of the user's file, the shipped step replaced. */
    private static BadEdit step(String name, String step, String place, String message) {
        return new BadEdit(name, FULFILMENT, text -> text.replace(TO, step), place, message);
    }

    /** A piece of a file replaced by another. */
    private static BadEdit edit(String file, String name, String from, String to, String place, String message) {
        return new BadEdit(
                name,
                file,
                text -> {
                    if (!text.contains(from)) {
                        throw new IllegalStateException(file + " has no '" + from + "'");
                    }
                    return text.replace(from, to);
                },
                place,
                message);
    }

    /** Something below the last line. */
    private static BadEdit more(String file, String name, String more, String place, String message) {
        return new BadEdit(name, file, text -> text + more, place, message);
    }

    /** A file of its own. */
    private static BadEdit mine(String name, String text, String place, String message) {
        return new BadEdit(name, MINE, none -> text, place, message);
    }

    private static BadEdit xml(String name, String text, String place, String message) {
        return new BadEdit(name, XML, none -> text, place, message);
    }

    private static String route(String id, String from, String steps) {
        return """
                - route:
                    id: %s
                    from:
                      uri: %s
                      steps:
                """.formatted(id, from) + steps.indent(8);
    }

    public static List<BadEdit> all() {
        return List.of(
                // --- not YAML
                edit(
                        FULFILMENT,
                        "a tab",
                        "      steps:",
                        "\t  steps:",
                        "\t  steps:",
                        "a tab in the indentation; YAML takes blanks only"),
                new BadEdit(
                        "a byte order mark",
                        FULFILMENT,
                        text -> "\uFEFF" + text,
                        "\uFEFF",
                        "byte order mark; save it as UTF-8"),
                edit(
                        FULFILMENT,
                        "a merge conflict",
                        "      steps:\n",
                        "<<<<<<< HEAD\n      steps:\n=======\n      steps: []\n>>>>>>> theirs\n",
                        "<<<<<<< HEAD",
                        "merge conflict that is not resolved"),
                new BadEdit(
                        "half a file",
                        FULFILMENT,
                        text -> text.substring(0, text.indexOf("      steps:") + 8),
                        "",
                        "not YAML: "),
                new BadEdit(
                        "half a file, at a quote",
                        FULFILMENT,
                        text -> text.substring(0, text.indexOf("{{orders.fulfilment.uri}}") + 5),
                        "",
                        "not YAML: "),
                edit(FULFILMENT, "a quote that is not closed", "uri}}\"", "uri}}", "", "not YAML: "),
                edit(
                        POLICY,
                        "a bracket that is not closed",
                        "[ordersystem.order.InvalidOrderException]",
                        "[ordersystem.order.InvalidOrderException",
                        "",
                        "not YAML: "),
                edit(
                        FULFILMENT,
                        "a key twice",
                        "      uri: direct:fulfilment\n",
                        "      uri: direct:fulfilment\n      uri: direct:other\n",
                        "uri: direct:other",
                        "'uri' stands here twice"),
                edit(
                        FULFILMENT,
                        "wrong indentation",
                        "    description: Hands",
                        "   description: Hands",
                        "",
                        "not YAML: "),
                edit(
                        FULFILMENT,
                        "a colon that is missing",
                        "    id: fulfilment",
                        "    id fulfilment",
                        "",
                        "not YAML: "),
                edit(
                        FULFILMENT,
                        "a colon too many",
                        "Hands the order over",
                        "Hands: the order over",
                        ": the order over",
                        "not YAML: mapping values are not allowed here"),
                new BadEdit(
                        "an empty file", FULFILMENT, text -> "", "", "empty; to take its routes away, delete the file"),
                new BadEdit(
                        "comments only",
                        FULFILMENT,
                        text -> "# nothing\n# at all\n",
                        "#",
                        "empty; to take its routes away, delete the file"),
                mine("no list", "route:\n  id: mine\n", "route:", "not a list"),
                more(FULFILMENT, "two documents", "\n---\n- route:\n    id: x\n", "", "not YAML: "),
                mine("aliases that explode", bomb(), "&a0", "aliases"),
                mine("an alias of itself", "- route: &a\n    id: mine\n    from: *a\n", "", ""),
                edit(
                        FULFILMENT,
                        "a curly quote",
                        "\"{{orders.fulfilment.uri}}\"",
                        "“{{orders.fulfilment.uri}}”",
                        "“",
                        "is not an endpoint"),
                // --- steps and options
                edit(
                        FULFILMENT,
                        "an item mistyped",
                        "- route:",
                        "- rout:",
                        "rout:",
                        "unknown item 'rout': did you mean 'route'?"),
                mine("an item with two keys", "- route:\n  id: mine\n", "id: mine", "one key"),
                edit(
                        ROUTE,
                        "a step mistyped",
                        "- choice:",
                        "- choise:",
                        "choise:",
                        "unknown step 'choise': did you mean 'choice'?"),
                step(
                        "a step of another product",
                        "- http-call: http://example.com",
                        "http-call",
                        "unknown step 'http-call'"),
                step(
                        "a step in kebab case",
                        "- set-body: { constant: x }",
                        "set-body",
                        "unknown step 'set-body': did you mean 'setBody'?"),
                edit(
                        FULFILMENT,
                        "an option of the route mistyped",
                        "routeConfigurationId:",
                        "routeConfigurationID:",
                        "routeConfigurationID",
                        "unknown option 'routeConfigurationID' of 'route': did you mean 'routeConfigurationId'?"),
                edit(
                        DEAD,
                        "an option of a step mistyped",
                        "loggingLevel:",
                        "loggingLevl:",
                        "loggingLevl",
                        "unknown option 'loggingLevl' of 'log': did you mean 'loggingLevel'?"),
                edit(
                        DEAD,
                        "a value that is none of those allowed",
                        "loggingLevel: WARN",
                        "loggingLevel: WARNING",
                        "WARNING",
                        "did you mean 'WARN'?"),
                edit(
                        POLICY,
                        "an option of the policy mistyped",
                        "backOffMultiplier: 3",
                        "backoffMultiplicator: 3",
                        "backoffMultiplicator",
                        "unknown option 'backoffMultiplicator' of 'redeliveryPolicy'"),
                edit(
                        FULFILMENT,
                        "from without uri",
                        "      uri: direct:fulfilment",
                        "      url: direct:fulfilment",
                        "url: direct",
                        "unknown option 'url' of 'from': did you mean 'uri'?"),
                edit(
                        FULFILMENT,
                        "steps that are no list",
                        "- to: \"",
                        "to: \"",
                        "steps:",
                        "'steps' has parts here; it takes a list"),
                step("a step beside a step", TO + "\n          log: done", "log: done", "'log' stands beside 'to'"),
                edit(
                        RECEIVE,
                        "a variable without a name",
                        "            name: order\n",
                        "",
                        "setVariable:",
                        "'setVariable' needs 'name'"),
                // --- components and their options
                edit(
                        ROUTE,
                        "a component mistyped",
                        "activemq:queue:orders.high?",
                        "activmq:queue:orders.high?",
                        "activmq",
                        "unknown component 'activmq': did you mean 'activemq'?"),
                step(
                        "a component mistyped in the user's file",
                        "- to: activemqueue:orders.fulfilled",
                        "activemqueue",
                        "unknown component 'activemqueue'"),
                step(
                        "http mistyped",
                        "- to: htp://example.com",
                        "htp:",
                        "unknown component 'htp': did you mean 'http'?"),
                step(
                        "a component that is not installed",
                        "- to: kafka:orders",
                        "kafka:orders",
                        "put camel-kafka and what it needs into lib/ext"),
                edit(
                        FULFIL,
                        "an option of an endpoint mistyped",
                        "concurrentConsumers: \"{{orders.high",
                        "concurentConsumers: \"{{orders.high",
                        "concurentConsumers",
                        "unknown option 'concurentConsumers' of 'activemq': did you mean 'concurrentConsumers'?"),
                edit(
                        ROUTE,
                        "an option in the URI mistyped",
                        "?priority=9",
                        "?prioritty=9",
                        "prioritty",
                        "unknown option 'prioritty' of 'activemq': did you mean 'priority'?"),
                step(
                        "an option mistyped that would go to the web server",
                        "- to: http://example.com/orders?responseTimout=5000",
                        "responseTimout",
                        "did you mean 'responseTimeout'?"),
                step(
                        "an option with a value of the wrong type",
                        "- to: activemq:queue:mine?priority=high",
                        "priority=high",
                        "'activemq' does not take this"),
                step("no endpoint", "- to: orders.fulfilled", "orders.fulfilled\n", "is not an endpoint"),
                // --- beans
                edit(
                        FULFIL,
                        "a bean mistyped",
                        "ref: ledger",
                        "ref: legder",
                        "legder",
                        "unknown bean 'legder': did you mean 'ledger'?"),
                edit(
                        FULFIL,
                        "a method mistyped",
                        "method: processed",
                        "method: procesed",
                        "procesed",
                        "bean 'ledger' has no method 'procesed': did you mean 'processed'?"),
                edit(
                        RECEIVE,
                        "a bean mistyped in an expression",
                        "${bean:orderReader?",
                        "${bean:orderReadr?",
                        "orderReadr",
                        "unknown bean 'orderReadr': did you mean 'orderReader'?"),
                edit(
                        RECEIVE,
                        "a method mistyped in an expression",
                        "?method=read}",
                        "?method=raed}",
                        "raed",
                        "bean 'orderReader' has no method 'raed': did you mean 'read'?"),
                edit(
                        API,
                        "a method mistyped in a short form",
                        "ref: orderReader, method: read",
                        "ref: orderReader, method: reed",
                        "reed",
                        "bean 'orderReader' has no method 'reed': did you mean 'read'?"),
                edit(
                        API,
                        "a method with parameters mistyped",
                        "method: \"accept(",
                        "method: \"acept(",
                        "acept(",
                        "did you mean 'accept'?"),
                step(
                        "a processor that is not there",
                        "- process: { ref: myProcessor }",
                        "myProcessor",
                        "unknown bean 'myProcessor'"),
                more(
                        FULFILMENT,
                        "a class that is not there",
                        "- beans:\n    - name: mine\n      type: com.example.Missing\n",
                        "com.example.Missing",
                        "unknown class 'com.example.Missing'"),
                more(
                        FULFILMENT,
                        "a bean's name that is taken",
                        "- beans:\n    - name: ledger\n      type: java.util.ArrayList\n",
                        "ledger\n      type",
                        "the name 'ledger' is taken"),
                more(
                        FULFILMENT,
                        "a program in a route file",
                        "- beans:\n    - name: mine\n      type: java.lang.String\n      script: return 1\n      scriptLanguage: simple\n",
                        "script: return",
                        "no program text in route files"),
                // --- expressions
                step(
                        "a function mistyped",
                        "- setHeader: { name: a, simple: \"${headr.OrderId}\" }",
                        "${headr",
                        "not a Simple expression: Unknown function: headr.OrderId"),
                step(
                        "a function mistyped, the name meant",
                        "- setHeader: { name: a, simple: \"${headr.OrderId}\" }",
                        "${headr",
                        "did you mean 'header'?"),
                edit(
                        ROUTE,
                        "a brace that is not closed",
                        "${variable.lane} == 'high'",
                        "${variable.lane == 'high'",
                        "",
                        "not a Simple expression"),
                step("a log line with a mistake", "- log: \"done ${bodyy}\"", "${bodyy", "did you mean 'body'?"),
                step("a language that is not installed", "- setBody: { groovy: \"body + 1\" }", "", "groovy"),
                // --- properties
                edit(
                        FULFILMENT,
                        "a property mistyped",
                        "{{orders.fulfilment.uri}}",
                        "{{orders.fulfilment.url}}",
                        "orders.fulfilment.url}}",
                        "unknown property 'orders.fulfilment.url': did you mean 'orders.fulfilment.uri'?"),
                step(
                        "a property that is not set",
                        "- to: \"http://example.com?connectTimeout={{my.shop.limit}}\"",
                        "my.shop.limit",
                        "unknown property 'my.shop.limit'; set it in config/application.properties"),
                // --- direct
                edit(
                        FULFIL,
                        "a route that is not there",
                        "- to: direct:fulfilment",
                        "- to: direct:fullfilment",
                        "direct:fullfilment",
                        "no route takes from 'direct:fullfilment': did you mean 'direct:fulfilment'?"),
                edit(
                        API,
                        "a REST verb that leads nowhere",
                        "to: direct:order-api-stats",
                        "to: direct:order-api-stat",
                        "direct:order-api-stat",
                        "did you mean 'direct:order-api-stats'?"),
                edit(
                        POLICY,
                        "a policy that leads nowhere",
                        "deadLetterUri: direct:waiting-room-retry",
                        "deadLetterUri: direct:waiting-room",
                        "direct:waiting-room\n",
                        "no route takes from 'direct:waiting-room'"),
                step(
                        "a wire tap that leads nowhere",
                        "- wireTap: { uri: direct:audit }",
                        "direct:audit",
                        "no route takes from 'direct:audit'"),
                edit(
                        FULFILMENT,
                        "a route renamed at one end",
                        "uri: direct:fulfilment",
                        "uri: direct:fulfillment",
                        "",
                        "no route takes from 'direct:fulfilment'"),
                // --- ids and paths
                edit(
                        FULFILMENT,
                        "a policy mistyped",
                        "order-failures",
                        "order-failure",
                        "order-failure\n",
                        "unknown routeConfigurationId 'order-failure'"),
                mine(
                        "an id twice",
                        route("fulfilment", "direct:mine", "- log: mine"),
                        "fulfilment",
                        "the id 'fulfilment' is taken by another route in 40-fulfilment.camel.yaml"),
                more(
                        POLICY,
                        "a policy twice",
                        "- routeConfiguration:\n    id: turn-failures\n    description: again\n",
                        "",
                        "is taken by another routeConfiguration"),
                edit(
                        API,
                        "a REST path twice",
                        "      - path: /stats\n",
                        "      - path: /orders/{id}\n        to: direct:order-api-stats2\n      - path: /stats\n",
                        "",
                        ""),
                edit(
                        OPERATIONS,
                        "a management path twice",
                        "/api/dead-letters/groups?",
                        "/api/dead-letters?",
                        "management-http:/api/dead-letters?httpMethodRestrict=GET\n      steps:\n        - bean: { ref: deadLetterApi, method: groups",
                        "GET /api/dead-letters is served already"),
                edit(
                        API,
                        "a route of two REST verbs",
                        "to: direct:order-api-stats",
                        "to: direct:order-api-get",
                        "direct:order-api-get\n\n",
                        "each verb needs a route of its own"),
                edit(
                        FULFILMENT,
                        "a route without an id",
                        "    id: fulfilment\n",
                        "",
                        "route:",
                        "a route without an id"),
                mine(
                        "a short route",
                        "- from:\n    uri: timer:x\n    steps: [{ log: x }]\n",
                        "from:",
                        "a route without an id"),
                // --- exceptions
                edit(
                        POLICY,
                        "an exception mistyped",
                        "ordersystem.order.UnprocessableOrderException",
                        "ordersystem.order.UnprocesableOrderException",
                        "ordersystem.order.UnprocesableOrderException",
                        "did you mean 'ordersystem.order.UnprocessableOrderException'?"),
                step(
                        "an exception to throw mistyped",
                        "- throwException: { exceptionType: java.lang.IllegalStatException, message: x }",
                        "java.lang.IllegalStatException",
                        "did you mean 'java.lang.IllegalStateException'?"),
                // --- promises
                edit(
                        FULFIL,
                        "a lane without its policy",
                        "    description: High lane; an order is retried until it succeeds\n    routeConfigurationId: turn-failures\n",
                        "    description: High lane\n",
                        "fulfil-orders-high",
                        "lane 'orders.high' without a failure policy"),
                edit(
                        FULFILMENT,
                        "fulfilment without its policy",
                        "    routeConfigurationId: order-failures\n",
                        "",
                        "fulfilment\n    description",
                        "fulfilment without a failure policy: an order that fails would be rolled back again and again; add 'routeConfigurationId: order-failures'"),
                edit(
                        FULFILMENT,
                        "a policy that does not retry",
                        "routeConfigurationId: order-failures",
                        "routeConfigurationId: intake-failures",
                        "intake-failures",
                        "does not put aside what fails"),
                edit(
                        FULFILMENT,
                        "an error handler of its own",
                        "    routeConfigurationId: order-failures\n",
                        "    errorHandler: { noErrorHandler: {} }\n",
                        "errorHandler",
                        "takes the failure policy from fulfilment"),
                edit(
                        FULFIL,
                        "a lane past the ledger",
                        "                - bean:\n                    ref: ledger\n                    method: processed\n",
                        "",
                        "direct:fulfilment\n",
                        "past the ledger"),
                mine(
                        "fulfilment past the ledger",
                        route("mine", "timer:mine", "- to: direct:fulfilment"),
                        "direct:fulfilment",
                        "'direct:fulfilment' past the ledger"),
                mine(
                        "a second consumer of a lane",
                        route("mine", "activemq:queue:orders.normal", "- log: stolen")
                                .replace("    from:", "    routeConfigurationId: turn-failures\n    from:"),
                        "activemq:queue:orders.normal",
                        "'orders.normal' goes past the ledger"),
                edit(
                        DEAD,
                        "dead letters past the ledger",
                        "method: filed\n",
                        "method: undo\n",
                        "activemq:queue:orders.*.dlq",
                        "goes past the ledger"),
                new BadEdit(
                        "another connection factory",
                        FULFILMENT,
                        text -> text.replace(TO, "- to: activemq:queue:mine?connectionFactory=#bean:mine")
                                + "- beans:\n    - name: mine\n      type: org.apache.activemq.ActiveMQConnectionFactory\n",
                        "connectionFactory",
                        "takes the message out of the delivery's transaction"),
                edit(
                        FULFIL,
                        "no transaction",
                        "concurrentConsumers: \"{{orders.normal.consumers}}\"",
                        "transacted: \"false\"",
                        "transacted",
                        "takes the message out of the delivery's transaction"),
                mine(
                        "a lane by another component",
                        route("mine", "jms:queue:orders.normal", "- log: mine"),
                        "jms:queue:orders.normal",
                        "taken from with 'activemq:' only"),
                edit(
                        FULFIL,
                        "a lane that nobody takes from",
                        "uri: activemq:queue:orders.high",
                        "uri: activemq:queue:orders.hihg",
                        "",
                        "no route takes from 'activemq:queue:orders.high'"),
                // --- what Camel itself finds
                step(
                        "an option whose bean is not there",
                        "- to: activemq:queue:mine?jmsKeyFormatStrategy=#mine",
                        "jmsKeyFormatStrategy",
                        "mine"),
                step(
                        "a type that is not there",
                        "- convertBodyTo: { type: com.example.Missing }",
                        "com.example.Missing",
                        "com.example.Missing"),
                // --- XML
                xml("not XML", "<routes><route id=\"mine\"></routes>", "", "not XML: "),
                xml(
                        "half a file of XML",
                        "<routes>\n  <route id=\"mine\">\n    <from uri=\"direct:mine\"/>",
                        "",
                        "not XML: "),
                xml(
                        "an element mistyped",
                        "<routes>\n  <route id=\"mine\">\n    <from uri=\"direct:mine\"/>\n    <too uri=\"log:x\"/>\n  </route>\n</routes>",
                        "",
                        "unknown element 'too': did you mean 'to'?"),
                xml(
                        "a root that is none",
                        "<rotes>\n  <route id=\"mine\"/>\n</rotes>",
                        "<rotes",
                        "unknown element 'rotes': did you mean 'routes'?"),
                xml(
                        "a component mistyped in XML",
                        "<routes>\n  <route id=\"mine\">\n    <from uri=\"direct:mine\"/>\n    <to uri=\"activmq:x\"/>\n  </route>\n</routes>",
                        "activmq:x",
                        "unknown component 'activmq': did you mean 'activemq'?"),
                xml(
                        "a property mistyped in XML",
                        "<routes>\n  <route id=\"mine\">\n    <from uri=\"direct:mine\"/>\n    <to uri=\"{{orders.fulfilment.url}}\"/>\n  </route>\n</routes>",
                        "orders.fulfilment.url",
                        "did you mean 'orders.fulfilment.uri'?"),
                xml(
                        "a document type",
                        "<!DOCTYPE routes [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>\n<routes><route id=\"mine\"><from uri=\"direct:mine\"/><log message=\"&x;\"/></route></routes>",
                        "",
                        ""));
    }

    /** A thousand million parts out of twenty lines. */
    private static String bomb() {
        StringBuilder bomb = new StringBuilder("- route: &a0 { id: x }\n");
        for (int i = 1; i < 30; i++) {
            bomb.append("- route: &a%d { a: *a%d, b: *a%d }%n"
                    .formatted(i, i - 1, i - 1)
                    .replace("\r", ""));
        }
        return bomb.toString();
    }

    /** The bad text. */
    public String text(String good) {
        return edit.apply(good);
    }

    /** Bytes of {@link #text}. */
    public byte[] bytes(String good) {
        return text(good).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return name;
    }
}
