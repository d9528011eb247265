package ordersystem.http;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import ordersystem.order.OrderReader;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;
import org.jspecify.annotations.Nullable;

/**
 * Prepares the two HTTP servers that Camel Main starts, public and management: enough worker threads for groups at the
 * door, header filters, the component {@code management-http}, and problem+json for what the servers refuse before a
 * route sees it (404, 405, 413, 415). Add it to Main before it starts.
 */
public final class HttpServers extends MainListenerSupport {

    /**
     * Threads that wait at the door. The group is as large as the number of requests that wait at the same time, and
     * Vert.x's default of 20 made groups of 20.
     */
    private static final int WORKERS = 256;

    private static final Pattern PARAMETER = Pattern.compile(":[A-Za-z]+");

    private final int publicPort;
    private final int managementPort;

    public HttpServers(int publicPort, int managementPort) {
        this.publicPort = publicPort;
        this.managementPort = managementPort;
    }

    @Override
    public void beforeConfigure(BaseMainSupport main) {
        CamelContext context = main.getCamelContext();
        context.getRegistry().bind("vertx", Vertx.vertx(new VertxOptions().setWorkerPoolSize(WORKERS)), null, "close");
        context.addComponent("platform-http", component(null));
        context.addComponent("management-http", component(new ManagementHttp(managementPort)));
    }

    private static PlatformHttpComponent component(@Nullable PlatformHttpEngine engine) {
        PlatformHttpComponent component = new PlatformHttpComponent();
        component.setHeaderFilterStrategy(new ApiHeaders());
        if (engine != null) {
            component.setEngine(engine);
        }
        return component;
    }

    /** Camel starts its servers together with the context: only now are there routers. */
    @Override
    public void afterStart(BaseMainSupport main) {
        CamelContext context = main.getCamelContext();
        Router open = router(context, publicPort);
        // One order has a smaller limit than the server, whose limit is for batches: refused before it is read whole.
        open.post("/api/orders").order(-1).handler(BodyHandler.create(false).setBodyLimit(OrderReader.MAX_BODY_BYTES));
        refuseWithProblems(open, context);
        refuseWithProblems(router(context, managementPort), context);
    }

    private static Router router(CamelContext context, int port) {
        return VertxPlatformHttpRouter.lookup(context, VertxPlatformHttpRouter.getRouterNameFromPort(port));
    }

    private static void refuseWithProblems(Router router, CamelContext context) {
        router.route().order(-2).failureHandler(failed -> answer(failed, failure(failed)));
        router.route().last().handler(request -> answer(request, unrouted(router, request, context)));
    }

    private static Problem failure(RoutingContext request) {
        return switch (request.statusCode()) {
            case 413 -> Problem.plain(413, "Content Too Large", "one order has at most 1 MB, a batch 8 MB");
            case 400 -> Problem.plain(400, "Bad Request", "not a request that HTTP allows");
            default -> Problem.plain(500, "Internal Server Error", "the log of OrderSystem says more");
        };
    }

    /** No route took the request: its path, its method or its content is not what any route takes. */
    private static Problem unrouted(Router router, RoutingContext request, CamelContext context) {
        if (!context.isStarted()) {
            return Problem.unavailable("not-accepted", "Not ready", "the system is starting or stopping; try again");
        }
        Set<HttpMethod> allowed = router.getRoutes().stream()
                .filter(route -> takes(route, request.normalizedPath()))
                .flatMap(route -> route.methods().stream())
                .collect(Collectors.toSet());
        if (allowed.isEmpty()) {
            return Problem.plain(404, "Not Found", "there is nothing at this path");
        }
        if (!allowed.contains(request.request().method())) {
            String methods = allowed.stream().map(HttpMethod::name).sorted().collect(Collectors.joining(", "));
            request.response().putHeader("Allow", methods);
            return Problem.plain(405, "Method Not Allowed", "allowed here: " + methods);
        }
        return Problem.plain(
                415, "Unsupported Media Type", "an order is application/json, a batch of orders application/x-ndjson");
    }

    private static boolean takes(Route route, String path) {
        String template = route.getPath();
        return template != null
                && route.methods() != null
                && path.matches(PARAMETER.matcher(template).replaceAll("[^/]+"));
    }

    private static void answer(RoutingContext request, Problem problem) {
        Answer answer = problem.answer();
        request.response().setStatusCode(answer.status()).putHeader("Content-Type", answer.contentType());
        answer.headers().forEach(request.response()::putHeader);
        request.response().end(io.vertx.core.buffer.Buffer.buffer(answer.bytes()));
    }
}
