package ordersystem.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.StaticHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import ordersystem.access.Role;
import ordersystem.access.User;

/**
 * The operations page, at {@code /}: on the public port one that looks, on the management port one that can do all. It
 * knows the system by its HTTP API only.
 */
final class OperationsPage {

    private static final String FILES = "ordersystem/page";
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final boolean manages;
    private final String html;

    private OperationsPage(boolean manages) {
        this.manages = manages;
        this.html = new String(read(FILES + "/index.html"), StandardCharsets.UTF_8);
    }

    /** @param manages whether things may be changed from it */
    static void serve(Router router, boolean manages) {
        OperationsPage page = new OperationsPage(manages);
        get(router, "/").handler(OperationsPage::headers).handler(page::start);
        get(router, "/page/uplot/*")
                .handler(OperationsPage::headers)
                .handler(StaticHandler.create("META-INF/resources/webjars/uplot/" + uPlotVersion() + "/dist"));
        get(router, "/page/*").handler(OperationsPage::headers).handler(StaticHandler.create(FILES));
    }

    private static Route get(Router router, String path) {
        return router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
    }

    /** With what the page cannot ask for: the port that it is on, and who looks at it. Names have nothing to escape. */
    private void start(RoutingContext request) {
        Optional<User> user = ManagementGate.user(request);
        request.response()
                .putHeader("Content-Type", "text/html; charset=utf-8")
                .end(html.replace("data-port=\"public\"", "data-port=\"" + (manages ? "management" : "public") + '"')
                        .replace(
                                "data-user=\"\"",
                                "data-user=\"" + user.map(User::name).orElse("") + '"')
                        .replace(
                                "data-role=\"\"",
                                "data-role=\""
                                        + user.map(known -> (known.may(Role.OPERATE) ? Role.OPERATE : Role.LOOK).word())
                                                .orElse("")
                                        + '"'));
    }

    private static void headers(RoutingContext request) {
        request.response()
                .putHeader("Content-Security-Policy", POLICY)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "same-origin")
                .putHeader("Cross-Origin-Resource-Policy", "same-origin")
                // Asked for each time, so that an update of the program is one of the page.
                .putHeader("Cache-Control", "no-cache");
        request.next();
    }

    private static String uPlotVersion() {
        Properties maven = new Properties();
        try (InputStream in = resource("META-INF/maven/org.webjars.npm/uplot/pom.properties")) {
            maven.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return maven.getProperty("version");
    }

    private static byte[] read(String name) {
        try (InputStream in = resource(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(OperationsPage.class.getClassLoader().getResourceAsStream(name), name);
    }
}
