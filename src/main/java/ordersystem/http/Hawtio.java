package ordersystem.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.StaticHandler;
import java.util.Map;

/** Hawtio's console on the management port, at {@code /hawtio/}: its files, and what its server would answer. */
final class Hawtio {

    static final String PATH = "/hawtio";
    static final String JOLOKIA = PATH + "/jolokia";

    private static final String FILES = "hawtio-static";
    private static final String START = PATH + "/index.html";

    /** As little as it runs with: styles in elements, workers and pictures from data. */
    private static final String POLICY = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline';"
            + " img-src 'self' data:; font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; base-uri 'self';"
            + " form-action 'self'; frame-ancestors 'none'";

    /** Without these it would show a page to log in; who may come in has been asked before. */
    private static final Map<String, String> ANSWERS = Map.of(
            "/user", "\"public\"",
            "/plugin", "[]",
            "/proxy/enabled", "false",
            "/keycloak/enabled", "false",
            "/auth/config/session-timeout", "{}");

    private Hawtio() {}

    static void serve(Router router, ManagementGate gate) {
        router.get(PATH).handler(request -> {
            if (request.normalizedPath().equals(PATH)) {
                request.redirect(PATH + "/");
            } else {
                request.next();
            }
        });
        for (String path : new String[] {JOLOKIA, JOLOKIA + "/*"}) {
            router.route(path)
                    .handler(request -> request.reroute(
                            request.request().method(),
                            JolokiaRequest.PATH + request.normalizedPath().substring(JOLOKIA.length())));
        }
        ANSWERS.forEach((path, json) -> router.get(PATH + path).handler(request -> request.response()
                .putHeader("Content-Type", "application/json")
                .end(json)));
        files(router, PATH + "/*").handler(headers(gate)).handler(StaticHandler.create(FILES));
        // A deep link of the console's is no file: the console itself knows what to show there.
        router.get(PATH + "/*").handler(request -> {
            if (request.normalizedPath().equals(START)) {
                request.next();
            } else {
                request.reroute(HttpMethod.GET, START);
            }
        });
    }

    private static Route files(Router router, String path) {
        return router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
    }

    private static Handler<RoutingContext> headers(ManagementGate gate) {
        return request -> {
            request.response()
                    .putHeader("Content-Security-Policy", POLICY)
                    .putHeader("Cache-Control", "no-cache")
                    .putHeader("Set-Cookie", gate.cookie());
            request.next();
        };
    }
}
