package ordersystem.http;

import io.netty.handler.codec.DecoderException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import ordersystem.access.ApiKeys;
import ordersystem.access.Certificate;
import ordersystem.access.Users;
import ordersystem.order.OrderReader;
import ordersystem.transaction.Turns;
import org.apache.camel.CamelContext;
import org.apache.camel.Service;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.component.platform.http.main.DefaultMainHttpServerFactory;
import org.apache.camel.component.platform.http.main.MainHttpServer;
import org.apache.camel.component.platform.http.main.ManagementHttpServer;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.component.platform.http.vertx.auth.AuthenticationConfig.AuthenticationConfigEntry;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.HttpManagementServerConfigurationProperties;
import org.apache.camel.main.HttpServerConfigurationProperties;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.support.jsse.KeyManagersParameters;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.SecureSocketProtocolsParameters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prepares the two HTTP servers that Camel Main starts, public and management: enough worker threads for groups at the
 * door, header filters, the component {@code management-http}, the operations page, Hawtio, who is let in, and problem+json
 * for what the servers refuse before a route sees it (404, 405, 413, 415). Add it to Main before it starts.
 */
public final class HttpServers extends MainListenerSupport {

    /**
     * Threads that wait at the door. The group is as large as the number of requests that wait at the same time, and
     * Vert.x's default of 20 made groups of 20.
     */
    private static final int WORKERS = 256;

    private static final long LINGER_MILLIS = 500;

    private static final Logger LOG = LoggerFactory.getLogger(HttpServers.class);
    private static final BodyHandler ONE_ORDER = BodyHandler.create(false).setBodyLimit(OrderReader.MAX_BODY_BYTES);
    static final Problem CLOSED =
            Problem.unavailable("not-accepted", "Closed", "the system is starting or stopping; try again later");
    private static final Pattern PARAMETER = Pattern.compile(":[A-Za-z]+");

    /** @param certificate null where it speaks plain HTTP */
    public record Port(int number, @Nullable Certificate certificate) {}

    /**
     * Who is let in.
     *
     * @param keys of the public port; null where nobody is asked for one
     * @param users of the management port; null where nobody is asked who they are
     * @param names by which the ports are reached, beside {@code localhost} and their addresses
     */
    public record Access(@Nullable ApiKeys keys, @Nullable Users users, Set<String> names) {}

    private final Port open;
    private final Port management;
    private final Access access;
    private final Turns requests;

    /**
     * @param open the public port
     * @param requests begun with each request that a route answers
     */
    public HttpServers(Port open, Port management, Access access, Turns requests) {
        this.open = open;
        this.management = management;
        this.access = access;
        this.requests = requests;
    }

    @Override
    public void beforeConfigure(BaseMainSupport main) {
        CamelContext context = main.getCamelContext();
        Vertx vertx = Vertx.vertx(new VertxOptions().setWorkerPoolSize(WORKERS));
        Connections connections = new Connections(vertx);
        HostNames names = new HostNames(access.names());
        ManagementGate managementGate = new ManagementGate(access.users(), names, vertx, requests);
        PublicGate publicGate = new PublicGate(access.keys(), names, context::isStarted, requests);
        context.getRegistry().bind("vertx", connections.watching(), null, "close");
        context.getRegistry().bind("http-server-factory", new DefaultMainHttpServerFactory() {
            @Override
            public Service newHttpServer(CamelContext camel, HttpServerConfigurationProperties configuration) {
                MainHttpServer server = (MainHttpServer) super.newHttpServer(camel, configuration);
                guard(server.getConfiguration(), connections.before(publicGate), open);
                return server;
            }

            @Override
            public Service newHttpManagementServer(
                    CamelContext camel, HttpManagementServerConfigurationProperties configuration) {
                ManagementHttpServer server =
                        (ManagementHttpServer) super.newHttpManagementServer(camel, configuration);
                guard(server.getConfiguration(), connections.before(managementGate), management);
                return server;
            }
        });
        context.addComponent("platform-http", component(null, ApiHeaders.PUBLIC));
        context.addComponent(
                "management-http", component(new ManagementHttp(management.number()), ApiHeaders.MANAGEMENT));
        context.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextStarted(CamelContext started) {
                serve(started, managementGate);
            }
        });
    }

    /** What the server takes for authentication is the only handler that is there before it listens. */
    private static void guard(VertxPlatformHttpServerConfiguration server, Handler<RoutingContext> gate, Port port) {
        AuthenticationConfigEntry entry = new AuthenticationConfigEntry() {
            @Override
            public Handler<RoutingContext> createAuthenticationHandler(Vertx vertx) {
                return gate;
            }
        };
        entry.setPath("/*");
        server.getAuthenticationConfig().setEnabled(true);
        server.getAuthenticationConfig().getEntries().add(entry);
        if (port.certificate() != null) {
            server.setSslContextParameters(tls(port.certificate()));
        }
    }

    private static SSLContextParameters tls(Certificate certificate) {
        KeyStoreParameters store = new KeyStoreParameters();
        store.setResource(certificate.file().toUri().toString());
        store.setPassword(certificate.password());
        KeyManagersParameters keys = new KeyManagersParameters();
        keys.setKeyStore(store);
        keys.setKeyPassword(certificate.password());
        SecureSocketProtocolsParameters protocols = new SecureSocketProtocolsParameters();
        protocols.setSecureSocketProtocol(List.of("TLSv1.3", "TLSv1.2"));
        SSLContextParameters tls = new SSLContextParameters();
        tls.setKeyManagers(keys);
        tls.setSecureSocketProtocols(protocols);
        return tls;
    }

    /** Lets a request on; while routes are exchanged it waits, for some milliseconds, and is not answered that there is nothing. */
    static void pass(RoutingContext request, Turns requests) {
        if (ApiHeaders.IDENTITY.stream().anyMatch(request.queryParams()::contains)) {
            answer(request, Problem.plain(400, "Bad Request", "who asks is not said in a query parameter"));
            return;
        }
        if (request.response().closed()) {
            return; // gone while its password was checked: nothing would tell that it is over
        }
        if (requests.tryBegin()) {
            AtomicBoolean over = new AtomicBoolean();
            request.addEndHandler(ended -> {
                if (over.compareAndSet(false, true)) {
                    requests.end();
                }
            });
            request.next();
            return;
        }
        request.request().pause();
        Context thread = request.vertx().getOrCreateContext();
        requests.whenReleased(() -> thread.runOnContext(released -> {
            request.request().resume();
            // Not next(): it would look among the routes that there were when the request came.
            request.reroute(request.request().method(), request.request().uri());
        }));
    }

    private static PlatformHttpComponent component(@Nullable PlatformHttpEngine engine, Set<String> headers) {
        PlatformHttpComponent component = new PlatformHttpComponent();
        component.setHeaderFilterStrategy(new ApiHeaders(headers));
        if (engine != null) {
            component.setEngine(engine);
        }
        return component;
    }

    /** Not earlier: the servers make their routers when the context starts. */
    private void serve(CamelContext context, ManagementGate gate) {
        Router orders = router(context, open.number());
        if (access.keys() == null) {
            OperationsPage.serve(orders, false); // a browser has no key to show
        }
        orders.post("/api/orders").order(-1).handler(HttpServers::limitOneOrder);
        refuseWithProblems(
                orders,
                "one order has at most 1 MB, a batch 8 MB",
                "an order is application/json or application/xml, a batch of orders application/x-ndjson");
        Router operations = router(context, management.number());
        OperationsPage.serve(operations, true);
        Hawtio.serve(operations, gate);
        JolokiaRequest.readBodies(operations);
        gate.open();
        // An edited order, and whatever else people ask for.
        operations.post("/api/*").order(-1).handler(HttpServers::limitOneOrder);
        refuseWithProblems(operations, "at most 1 MB", "application/json is taken here");
    }

    /** The server's own limit is for batches. Without a length in the head, reading stops at the limit. */
    private static void limitOneOrder(RoutingContext request) {
        String length = request.request().getHeader("Content-Length");
        if (length != null && Long.parseLong(length) > OrderReader.MAX_BODY_BYTES) {
            request.fail(413);
        } else if (length != null) {
            request.next();
        } else {
            ONE_ORDER.handle(request);
        }
    }

    private static Router router(CamelContext context, int port) {
        return VertxPlatformHttpRouter.lookup(context, VertxPlatformHttpRouter.getRouterNameFromPort(port));
    }

    private static void refuseWithProblems(Router router, String size, String content) {
        router.route().order(-2).failureHandler(failed -> answer(failed, failure(failed, size)));
        router.route().last().handler(request -> answer(request, unrouted(router, request, content)));
    }

    private static Problem failure(RoutingContext request, String size) {
        int status = request.statusCode();
        if (status == 413) {
            return Problem.plain(413, "Content Too Large", size);
        }
        if (isOfTheClient(request)) {
            return Problem.plain(400, "Bad Request", "not a request that HTTP allows");
        }
        LOG.error("{} {} failed", request.request().method(), request.normalizedPath(), request.failure());
        return Problem.plain(500, "Internal Server Error", "the log of OrderSystem says more");
    }

    /** Of a body that is not written as HTTP wants it, only what the decoder stumbled over is told. */
    private static boolean isOfTheClient(RoutingContext request) {
        Throwable failure = request.failure();
        boolean decoder = failure instanceof NumberFormatException
                || failure instanceof DecoderException
                || failure instanceof IOException
                || failure instanceof VertxException;
        return (request.statusCode() >= 400 && request.statusCode() < 500)
                || request.request().method() == HttpMethod.CONNECT
                || (decoder && !request.request().isEnded());
    }

    /** No route took the request: its path, its method or its content is not what any route takes. */
    private static Problem unrouted(Router router, RoutingContext request, String content) {
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
        return Problem.plain(415, "Unsupported Media Type", content);
    }

    private static boolean takes(Route route, String path) {
        String template = route.getPath();
        return template != null
                && route.methods() != null
                && path.matches(PARAMETER.matcher(template).replaceAll("[^/]+"));
    }

    static void answer(RoutingContext request, Problem problem) {
        if (request.response().headWritten()) {
            return; // an upload that was refused fails a second time when its connection is closed
        }
        Answer answer = problem.answer();
        request.response().setStatusCode(answer.status()).putHeader("Content-Type", answer.contentType());
        answer.headers().forEach(request.response()::putHeader);
        boolean unread = problem.status() == 413; // Vert.x would wait for the rest of the body
        if (unread) {
            request.response().putHeader("Connection", "close");
        }
        Future<Void> written = request.response().end(Buffer.buffer(answer.bytes()));
        if (unread) {
            // Not at once: closing with a body unread resets the connection, and the client would lose the answer.
            written.onComplete(done -> request.vertx().setTimer(LINGER_MILLIS, late -> request.request()
                    .connection()
                    .close()));
        }
    }
}
