package ordersystem.reload;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * What Camel would run and what would break a promise of the README: a lane without its failure policy, a flow past the
 * ledger, messages outside of the delivery's transaction, a queue of orders that nobody takes from.
 */
final class Promises {

    private static final String RETRY = "direct:waiting-room-retry";
    private static final String FULFILMENT = "direct:fulfilment";
    private static final String INCOMING = "orders.incoming";
    private static final Set<String> NO_LANES = Set.of(INCOMING, "orders.strays", "orders.unfiled", "orders.fulfilled");

    /** From each of these somebody must take, or the flow stands still. */
    private static final List<String> TAKEN_FROM = List.of(INCOMING, "orders.high", "orders.normal");

    /** What takes a message out of the delivery, or the delivery out of its transaction. */
    private static final Set<String> TRANSACTION = Set.of(
            "connectionFactory",
            "transacted",
            "transactionManager",
            "lazyCreateTransactionManager",
            "transactedInOut",
            "consumerType",
            "messageListenerContainerFactory",
            "cacheLevel",
            "cacheLevelName",
            "acknowledgementModeName",
            "asyncConsumer",
            "deliveryPersistent",
            "deliveryMode",
            "timeToLive",
            "usePooledConnection",
            "useSingleConnection",
            "messageConverter",
            "headerFilterStrategy");

    private final Flow flow;
    private final Set<String> lanesWithRules;
    private final List<RouteError> errors;

    Promises(Flow flow, Set<String> lanesWithRules, List<RouteError> errors) {
        this.flow = flow;
        this.lanesWithRules = lanesWithRules;
        this.errors = errors;
    }

    void check() {
        Set<String> taken = new TreeSet<>();
        for (FlowRoute route : flow.routes()) {
            String from = FlowRoute.withoutOptions(route.from());
            String queue = FlowRoute.queue(route.from());
            if (queue != null) {
                taken.add(queue);
                checkQueue(route, queue);
            } else if (from.matches("(?!activemq)[\\w-]+:(//)?(queue:)?orders\\..*")) {
                errors.add(route.source()
                        .error(
                                route.fromAt(),
                                "'" + from + "' takes orders outside of the ledger's transaction;"
                                        + " the queues orders.* are taken from with 'activemq:' only"));
            }
            if (from.equals(FULFILMENT)) {
                requirePolicy(route, "fulfilment", "order-failures");
            }
            if (route.uses().contains(FULFILMENT) && !route.ledger().contains("processed")) {
                errors.add(route.source()
                        .error(
                                placeOf(route, FULFILMENT),
                                "'" + FULFILMENT
                                        + "' past the ledger: what is fulfilled must be recorded right after it"
                                        + " (bean ledger, method processed), as direct:fulfil-orders does; send to"
                                        + " activemq:queue:orders.incoming instead"));
            }
            checkOptions(route);
        }
        for (String queue : TAKEN_FROM) {
            requireConsumer(taken, queue, "put the route back");
        }
        for (String lane : lanesWithRules) {
            requireConsumer(
                    taken,
                    "orders." + lane,
                    "put the route back (docs/routes.md, A lane of your own), or take orders." + lane
                            + ".rule out of the configuration and start again");
        }
    }

    private void requireConsumer(Set<String> taken, String queue, String whatToDo) {
        if (!taken.contains(queue)) {
            errors.add(RouteError.ofFile(
                    "",
                    "no route takes from 'activemq:queue:" + queue + "', so orders would wait in it for ever; "
                            + whatToDo + ". To stop a lane for a while: ordersystem fulfilment pause"));
        }
    }

    private void checkQueue(FlowRoute route, String queue) {
        if (!queue.startsWith("orders.")) {
            return;
        }
        if (queue.endsWith(".dlq")) {
            requireLedger(route, queue, "filed");
        } else if (queue.equals("orders.invalid")) {
            requireLedger(route, queue, "filedAsInvalid");
        } else if (queue.equals(INCOMING)) {
            requireLedger(route, queue, "received");
        } else if (!NO_LANES.contains(queue)) {
            requirePolicy(route, "lane '" + queue + "'", "turn-failures");
            requireLedger(route, queue, "processed");
        }
    }

    private void requireLedger(FlowRoute route, String queue, String method) {
        if (!flow.ledgerMethodsFrom(route).contains(method)) {
            errors.add(route.source()
                    .error(
                            route.fromAt(),
                            "'" + queue + "' goes past the ledger: no step that its orders lead to is bean 'ledger',"
                                    + " method '" + method + "', so they would be nowhere afterwards"));
        }
    }

    private void requirePolicy(FlowRoute route, String what, String policy) {
        Node own = route.node().part("errorHandler");
        if (own != null) {
            errors.add(route.source()
                    .error(
                            own.keyAt(),
                            "an error handler of its own takes the failure policy from " + what
                                    + "; leave it out, and name a policy: routeConfigurationId: " + policy));
            return;
        }
        Node named = route.node().part("routeConfigurationId");
        if (named == null) {
            errors.add(route.source()
                    .error(
                            route.at(),
                            what + " without a failure policy: an order that fails would be rolled back again and"
                                    + " again; add 'routeConfigurationId: " + policy + "'"));
            return;
        }
        Node configuration = flow.configurations().get(named.words());
        if (configuration == null) {
            return; // unknown, which is told elsewhere
        }
        boolean retries = configuration
                .all()
                .filter(part -> part.key().equals("deadLetterUri"))
                .map(part -> flow.takingFrom(FlowRoute.withoutOptions(part.words())))
                .filter(Objects::nonNull)
                .map(flow::ledgerMethodsFrom)
                .anyMatch(methods -> methods.contains("failed") || methods.contains("buried"));
        if (!retries) {
            errors.add(route.source()
                    .error(
                            named.at(),
                            "'" + named.words() + "' does not put aside what fails (a deadLetterChannel to " + RETRY
                                    + "), which " + what + " needs: name '" + policy + "'"));
        }
    }

    private void checkOptions(FlowRoute route) {
        for (Flow.EndpointAt endpoint : Flow.endpoints(route.node())) {
            String uri = endpoint.node().words();
            if (!uri.startsWith("activemq:")) {
                continue;
            }
            for (Map.Entry<String, Place> option : options(endpoint).entrySet()) {
                if (TRANSACTION.contains(option.getKey())) {
                    errors.add(route.source()
                            .error(
                                    option.getValue(),
                                    "option '" + option.getKey() + "' of 'activemq' takes the message out of the"
                                            + " delivery's transaction, or loses it; leave it out. For another broker, give"
                                            + " it a component of its own under another name"));
                }
            }
        }
    }

    /** Names of options, in the URI and among the parameters, and where they stand. */
    static Map<String, Place> options(Flow.EndpointAt endpoint) {
        Map<String, Place> options = new HashMap<>();
        String uri = endpoint.node().words();
        int question = uri.indexOf('?');
        if (question >= 0) {
            int at = question + 1;
            for (String option : uri.substring(at).split("&", -1)) {
                options.put(
                        option.replaceAll("=.*", "").replace("amp;", ""),
                        endpoint.node().at().right(at));
                at += option.length() + 1;
            }
        }
        Node parameters = endpoint.parent().part("parameters");
        if (parameters != null) {
            parameters.parts().forEach(part -> options.put(part.key(), part.keyAt()));
        }
        return options;
    }

    private static Place placeOf(FlowRoute route, String uri) {
        return Flow.endpoints(route.node()).stream()
                .filter(endpoint ->
                        FlowRoute.withoutOptions(endpoint.node().words()).equals(uri))
                .map(endpoint -> endpoint.node().at())
                .findFirst()
                .orElse(route.at());
    }
}
