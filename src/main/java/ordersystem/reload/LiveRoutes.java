package ordersystem.reload;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import ordersystem.transaction.Turns;
import org.apache.camel.CamelContext;
import org.apache.camel.ServiceStatus;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes of the running context, and their exchange for others, as one: in a moment in which no message is in hand, so
 * that none meets a route that is gone, and none goes half through the old ones and half through the new ones. What did not
 * change runs on. Used by one thread.
 */
public final class LiveRoutes {

    /** How long requests that are on their way in may delay an exchange; then it is made beside them. */
    private static final Duration REQUESTS = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(LiveRoutes.class);

    private final CamelContext context;
    private final Turns messages;
    private final Turns requests;
    private @Nullable CheckedRoutes running;

    /**
     * @param messages the turns of all messages, to be held back
     * @param requests the turns of HTTP requests
     */
    public LiveRoutes(CamelContext context, Turns messages, Turns requests) {
        this.context = context;
        this.messages = messages;
        this.requests = requests;
    }

    /** Orders were in hand for too long: nothing was exchanged, and it may be tried again. */
    static final class BusyException extends Exception {
        private static final long serialVersionUID = 1L;

        BusyException(String message) {
            super(message);
        }
    }

    /** Adds the first routes; they start with the context. */
    void load(CheckedRoutes routes) throws Exception {
        RouteSet.of(context, routes.sources()).addTo(context);
        running = routes;
    }

    /**
     * Exchanges what is different.
     *
     * @param limit how long orders in hand are waited for
     * @return how long orders were held back
     * @throws BusyException where they were in hand for longer
     * @throws Exception where Camel did not take the routes; those from before run again then
     */
    Duration exchange(CheckedRoutes next, Duration limit) throws Exception {
        CheckedRoutes before = running;
        if (before == null) {
            throw new IllegalStateException("nothing was loaded");
        }
        RouteChange change = RouteChange.between(before.sources(), next.sources());
        if (change.isNothing()) {
            running = next;
            return Duration.ZERO;
        }
        RouteSet coming = prepared(change, next);
        long begin = System.nanoTime();
        try {
            if (!messages.hold(limit)) {
                throw new BusyException("orders were in hand for longer than " + limit.toMillis()
                        + " ms, so that nothing could be exchanged; it is tried again");
            }
            if (change.http() && !requests.hold(REQUESTS)) {
                LOG.warn(
                        "HTTP requests have been on their way in for longer than {}; routes are exchanged beside them",
                        REQUESTS);
            }
            LOG.debug("Exchanging {}", change);
            try {
                stop(change, limit);
                remove(change);
                coming.addTo(context);
            } catch (BusyException e) {
                throw e;
            } catch (Exception | Error e) {
                putBack(change, before, e);
                throw e;
            }
            running = next;
        } finally {
            requests.release();
            messages.release();
        }
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /** What is running. */
    @Nullable
    CheckedRoutes running() {
        return running;
    }

    private Model model() {
        return context.getCamelContextExtension().getContextPlugin(Model.class);
    }

    private List<RouteDefinition> going(RouteChange change) {
        return model().getRouteDefinitions().stream()
                .filter(route -> change.everything()
                        || change.gone().contains(route.getRouteId())
                        || change.rests() && isRest(route))
                .toList();
    }

    private static boolean isRest(RouteDefinition route) {
        String from = route.getInput() == null ? "" : route.getInput().getEndpointUri();
        return Boolean.TRUE.equals(route.isRest()) || from != null && from.matches("rest(-api|-openapi)?:.*");
    }

    /** What is not taken from a queue or from HTTP, from a file for example, may be in hand all the same. */
    private void stop(RouteChange change, Duration limit) throws Exception {
        List<String> stopped = new ArrayList<>();
        for (RouteDefinition route : going(change)) {
            String id = route.getRouteId();
            ServiceStatus status = context.getRouteController().getRouteStatus(id);
            if (status == null || !status.isStarted()) {
                continue;
            }
            if (!context.getRouteController().stopRoute(id, limit.toMillis(), TimeUnit.MILLISECONDS, true)) {
                for (String one : stopped) {
                    context.getRouteController().startRoute(one);
                }
                throw new BusyException("route '" + id + "' had something in hand for longer than " + limit.toMillis()
                        + " ms, so that nothing could be exchanged; it is tried again");
            }
            stopped.add(id);
        }
    }

    private void remove(RouteChange change) throws Exception {
        for (RouteDefinition route : going(change)) {
            model().removeRouteDefinition(route);
        }
        if (change.rests()) {
            model().getRestDefinitions().clear();
        }
        if (change.everything()) {
            model().removeRouteTemplateDefinitions("*");
        }
        // Routes hold what they got of them when they were made; only those that are made now ask again.
        model().getRouteConfigurationDefinitions().clear();
    }

    /** Configurations are always among them: Camel looks for a route's policy when the route is added. */
    private RouteSet prepared(RouteChange change, CheckedRoutes next) throws Exception {
        if (change.everything()) {
            return RouteSet.of(context, next.sources());
        }
        List<Source> needed = next.sources().stream()
                .filter(source -> source.items("routeConfiguration").findAny().isPresent()
                        || change.rests() && source.items("rest").findAny().isPresent()
                        || source.items("route")
                                .anyMatch(route -> change.coming().contains(route.textOf("id"))))
                .toList();
        return RouteSet.of(context, needed, change.coming(), change.rests());
    }

    private void putBack(RouteChange change, CheckedRoutes before, Throwable failure) {
        LOG.error("Routes were checked, and could not be exchanged all the same; those from before come back", failure);
        RouteChange back = change.reversed();
        try {
            remove(back);
            prepared(back, before).addTo(context);
        } catch (Exception e) {
            LOG.error("Not even that; all routes are made anew", e);
            everythingAnew(before);
        }
    }

    private void everythingAnew(CheckedRoutes before) {
        RouteChange all = new RouteChange(true, true, Set.of(), Set.of(), true);
        try {
            remove(all);
            prepared(all, before).addTo(context);
        } catch (Exception e) {
            LOG.error("Routes are missing now; start OrderSystem again", e);
        }
    }
}
