package ordersystem.http;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.RoutingContext;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The connections of the HTTP servers: so many at most for each, and each is closed that has no request for a while, whether its client
 * forgot it or sends the head of one byte by byte; so is one whose body does not come, and one whose client asks on and reads no
 * answers. An answer may take its time. Runs on event loops; thread-safe.
 */
final class Connections {

    /** Of each port, so that whoever fills the public one locks nobody out of the other. A file handle each, and some tens of KB. */
    private static final int MOST = 2_000;

    private static final Duration WITHOUT_REQUEST = Duration.ofSeconds(60);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

    /** 8 MB in it are 70 KB a second. */
    private static final Duration BODY = Duration.ofSeconds(120);

    private static final class State {
        final AtomicInteger requests = new AtomicInteger();
        volatile long quietSince = System.nanoTime();
    }

    private final Map<HttpConnection, State> open = new ConcurrentHashMap<>();
    private final Vertx vertx;
    private final Duration withoutRequest;
    private final Duration body;

    Connections(Vertx vertx) {
        this(vertx, WITHOUT_REQUEST, BODY);
    }

    Connections(Vertx vertx, Duration withoutRequest, Duration body) {
        this.vertx = vertx;
        this.withoutRequest = withoutRequest;
        this.body = body;
    }

    /** The same, for Camel's servers, which take no options: each server made by it is watched. */
    Vertx watching() {
        vertx.setPeriodic(Math.min(LOOK_EVERY.toMillis(), withoutRequest.toMillis()), time -> closeQuietOnes());
        return (Vertx) Proxy.newProxyInstance(
                Connections.class.getClassLoader(), vertx.getClass().getInterfaces(), (proxy, method, arguments) -> {
                    boolean isServer = method.getName().equals("createHttpServer")
                            && arguments != null
                            && arguments[0] instanceof HttpServerOptions;
                    if (isServer) {
                        // With it, a connection is known from its first byte on only, and a silent one never.
                        ((HttpServerOptions) arguments[0]).setHttp2ClearTextEnabled(false);
                    }
                    try {
                        Object made = method.invoke(vertx, arguments);
                        if (isServer) {
                            AtomicInteger ofThisPort = new AtomicInteger();
                            ((HttpServer) made).connectionHandler(connection -> opened(connection, ofThisPort));
                        }
                        return made;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private void opened(HttpConnection connection, AtomicInteger ofThisPort) {
        ofThisPort.incrementAndGet();
        connection.closeHandler(closed -> {
            ofThisPort.decrementAndGet();
            open.remove(connection);
        });
        if (ofThisPort.get() > MOST) {
            connection.close();
        } else {
            open.put(connection, new State());
        }
    }

    /** For each request, first of all. */
    Handler<RoutingContext> before(Handler<RoutingContext> gate) {
        return request -> {
            if (!begun(request)) {
                return;
            }
            if (request.response().writeQueueFull()) {
                // His answers would fill the memory. He goes on once he has read some, or is closed as if his body did
                // not come.
                request.request().pause();
                request.response().drainHandler(read -> {
                    request.response().drainHandler(null); // it would be called each time that there is room again
                    request.request().resume();
                    gate.handle(request);
                });
            } else {
                gate.handle(request);
            }
        };
    }

    /**
     * Requests that were sent without waiting for answers are here one after the other, however many, also once nobody is there
     * to be answered.
     *
     * @return whether somebody is
     */
    private boolean begun(RoutingContext request) {
        State state = open.get(request.request().connection());
        if (state == null) {
            return false; // closed meanwhile
        }
        state.requests.incrementAndGet();
        long late = vertx.setTimer(body.toMillis(), time -> {
            if (!request.request().isEnded()) {
                request.request().connection().close();
            }
        });
        AtomicBoolean over = new AtomicBoolean();
        request.addEndHandler(ended -> {
            if (over.compareAndSet(false, true)) {
                vertx.cancelTimer(late);
                state.quietSince = System.nanoTime();
                state.requests.decrementAndGet();
            }
        });
        return true;
    }

    private void closeQuietOnes() {
        long now = System.nanoTime();
        open.forEach((connection, state) -> {
            if (state.requests.get() == 0 && now - state.quietSince > withoutRequest.toNanos()) {
                connection.close();
            }
        });
    }
}
