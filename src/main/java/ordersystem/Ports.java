package ordersystem;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Looks whether a port is free before anything is started, so that a port that is taken ends in one line instead of a
 * half-started program. Somebody may still take it in between; then the server's own start fails.
 */
public final class Ports {

    /** Below those that systems give to outgoing connections: one of these could take the port before its server does. */
    private static final int FIRST = 20_000;

    private static final int LAST = 32_000;

    private static final Set<Integer> GIVEN_OUT = ConcurrentHashMap.newKeySet();

    private Ports() {}

    /** One of loopback that nobody uses now, and another one at each call in this JVM. */
    public static int free() {
        int port;
        do {
            port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
        } while (!GIVEN_OUT.add(port) || !isFree(port));
        return port;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    /** For all ports that the settings name. */
    static void requireFree(Settings settings) {
        for (String server : List.of("camel.server", "camel.management")) {
            requireFree(settings.text(server + ".host"), settings.integer(server + ".port"), server + ".port");
        }
        for (String protocol : List.of("connector", "amqp-connector", "stomp-connector")) {
            String key = "orders.broker." + protocol;
            String connector = settings.text(key);
            if (settings.text("orders.broker.url").equals(Settings.EMBEDDED) && !connector.equals("none")) {
                URI uri = URI.create(connector);
                requireFree(uri.getHost(), uri.getPort(), key);
            }
        }
    }

    /**
     * Does nothing where the port is free.
     *
     * @param key the setting that names the port, for the message
     * @throws StartException where it is not
     */
    static void requireFree(String host, int port, String key) {
        try (ServerSocket socket = new ServerSocket()) {
            // As the servers do it: connections of the last run that are still closing are no hindrance.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
        } catch (IOException e) {
            throw new StartException(
                    "port " + port + " on " + host + " is taken; stop what uses it, or set " + key + " to another ("
                            + e.getMessage() + ")",
                    e);
        }
    }
}
