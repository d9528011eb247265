package ordersystem.http;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import ordersystem.access.Role;
import ordersystem.access.User;
import ordersystem.access.Users;
import ordersystem.transaction.Turns;
import org.jspecify.annotations.Nullable;

/**
 * Whoever comes to the management port passes here first, whatever the path: names of other sites that lead here are refused,
 * requests that another site's page makes, and changes that a page makes without the token of this process; then users are
 * asked who they are, where there is a file of users. Runs on the event loop; thread-safe.
 */
final class ManagementGate implements Handler<RoutingContext> {

    /** The token: in the answer to each request, and back with each change that a browser asks for. Hawtio's name for it. */
    static final String TOKEN = "X-XSRF-TOKEN";

    /** Open for probes, which have no password; it says that the process runs, and nothing of the orders. */
    private static final String LIVE = "/observe/health/live";

    private static final String API = "/api";
    private static final String USER = "ordersystem.user";

    /** Passwords that wait to be checked; each takes tenths of a second, one after the other. */
    private static final int MOST_WAITING = 20;

    private final @Nullable Users users;
    private final HostNames names;
    private final WorkerExecutor checking;
    private final Turns requests;
    private final AtomicInteger waiting = new AtomicInteger();
    private final String token;
    private volatile boolean open;

    /**
     * @param users null where nobody is asked who they are
     * @param names by which this port may be reached
     * @param requests begun with each that a route answers, on both ports
     */
    ManagementGate(@Nullable Users users, HostNames names, Vertx vertx, Turns requests) {
        this.requests = requests;
        this.users = users;
        this.names = names;
        // Of its own: whoever tries passwords must not keep the threads of the door busy.
        this.checking = vertx.createSharedWorkerExecutor("passwords", 1);
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        this.token = Base64.getUrlEncoder().encodeToString(random);
    }

    /** Lets Jolokia's requests in, once their bodies are read before they come here. */
    void open() {
        open = true;
    }

    /** Who asks; nobody where nobody is asked. */
    static Optional<User> user(RoutingContext request) {
        return Optional.ofNullable(request.get(USER));
    }

    @Override
    public void handle(RoutingContext request) {
        request.response()
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "same-origin")
                .putHeader("Cross-Origin-Resource-Policy", "same-origin")
                .putHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
                .putHeader("Cache-Control", "no-store");
        String host = HostNames.of(request);
        String foreign = names.objection(host);
        if (foreign != null) {
            refuse(request, foreign);
        } else if (isForeign(request, host)) {
            refuse(request, "another site's page asks for this; open the operations page itself");
        } else if (isBelow(request, JolokiaRequest.PATH) && !open) {
            HttpServers.answer(request, HttpServers.CLOSED);
        } else if (users == null || request.normalizedPath().equals(LIVE)) {
            admit(request, null);
        } else {
            authenticate(request, users);
        }
    }

    /** A link on another site may lead here; what its pages load or send may not. */
    private static boolean isForeign(RoutingContext request, @Nullable String host) {
        String origin = request.request().getHeader("Origin");
        // A proxy in front may speak another scheme than we do.
        if (origin != null && !origin.equals("http://" + host) && !origin.equals("https://" + host)) {
            return true;
        }
        String site = request.request().getHeader("Sec-Fetch-Site");
        boolean followsALink = request.request().method() == HttpMethod.GET
                && "navigate".equals(request.request().getHeader("Sec-Fetch-Mode"))
                && "document".equals(request.request().getHeader("Sec-Fetch-Dest"));
        return site != null && !site.equals("same-origin") && !site.equals("none") && !followsALink;
    }

    private void authenticate(RoutingContext request, Users known) {
        String[] given = credentials(request);
        if (given == null) {
            challenge(
                    request,
                    "this port asks who you are; the commands take it from ORDERSYSTEM_USER and"
                            + " ORDERSYSTEM_PASSWORD_FILE or ORDERSYSTEM_PASSWORD");
            return;
        }
        Optional<User> user = known.known(given[0], given[1]);
        if (user.isPresent()) {
            admit(request, user.get());
            return;
        }
        if (waiting.incrementAndGet() > MOST_WAITING) {
            waiting.decrementAndGet();
            HttpServers.answer(
                    request, Problem.unavailable("busy", "Busy", "too many passwords are being tried; try again"));
            return;
        }
        // What comes while nobody reads would be lost.
        request.request().pause();
        checking.executeBlocking(() -> known.check(given[0], given[1])).onComplete(checked -> {
            waiting.decrementAndGet();
            request.request().resume();
            if (checked.failed()) {
                request.fail(checked.cause());
            } else if (checked.result().isPresent()) {
                admit(request, checked.result().get());
            } else {
                challenge(request, "no user has this name and this password");
            }
        });
    }

    private void admit(RoutingContext request, @Nullable User user) {
        if (user != null && !user.may(Role.LOOK) && !user.may(Role.OPERATE)) {
            refuse(request, "this port needs the role " + Role.LOOK.word() + " or " + Role.OPERATE.word());
            return;
        }
        if (user != null) {
            request.put(USER, user);
            request.request().headers().set(ApiHeaders.OPERATOR, user.name());
        }
        request.response().putHeader(TOKEN, token);
        HttpMethod method = request.request().method();
        boolean jolokia = isBelow(request, JolokiaRequest.PATH);
        String objection = null;
        if (jolokia) {
            objection = JolokiaRequest.objection(request, () -> objection(request));
        } else if (method != HttpMethod.GET && method != HttpMethod.HEAD && !isBelow(request, Hawtio.JOLOKIA)) {
            objection = objection(request);
        }
        if (objection == null && isBelow(request, API)) {
            HttpServers.pass(request, requests);
        } else if (objection == null) {
            request.next();
        } else if (jolokia) {
            JolokiaRequest.refuse(request, objection);
        } else {
            refuse(request, objection);
        }
    }

    /** Why this request must not change anything; null where it may. */
    private @Nullable String objection(RoutingContext request) {
        if (user(request).filter(user -> !user.may(Role.OPERATE)).isPresent()) {
            return "your role is " + Role.LOOK.word() + "; changes need " + Role.OPERATE.word();
        }
        boolean browser = request.request().getHeader("Origin") != null
                || request.request().getHeader("Sec-Fetch-Site") != null;
        String given = request.request().getHeader(TOKEN);
        if (browser
                && (given == null
                        || !MessageDigest.isEqual(
                                given.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8)))) {
            return "the header " + TOKEN
                    + " is not what the last answer had; read anything, and try again with what it has";
        }
        return null;
    }

    /** What Hawtio reads its token from; for its pages only, because cookies do not tell ports apart. */
    String cookie() {
        return "XSRF-TOKEN=" + token + "; Path=/hawtio; SameSite=Strict";
    }

    private static boolean isBelow(RoutingContext request, String path) {
        return (request.normalizedPath() + "/").startsWith(path + "/");
    }

    private static String @Nullable [] credentials(RoutingContext request) {
        String header = request.request().getHeader("Authorization");
        if (header == null || !header.regionMatches(true, 0, "Basic ", 0, 6)) {
            return null;
        }
        try {
            String decoded =
                    new String(Base64.getDecoder().decode(header.substring(6).strip()), StandardCharsets.UTF_8);
            String[] parts = decoded.split(":", 2);
            return parts.length == 2 ? parts : null;
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }

    private static void challenge(RoutingContext request, String detail) {
        request.response().putHeader("WWW-Authenticate", "Basic realm=\"OrderSystem\", charset=\"UTF-8\"");
        HttpServers.answer(request, Problem.plain(401, "Unauthorized", detail));
    }

    private static void refuse(RoutingContext request, String detail) {
        HttpServers.answer(request, Problem.plain(403, "Forbidden", detail));
    }
}
