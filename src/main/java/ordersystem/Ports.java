package ordersystem;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;

/**
 * Looks whether a port is free before anything is started, so that a port that is taken ends in one line instead of a
 * half-started program. Somebody may still take it in between; then the server's own start fails. Called at start only.
 */
final class Ports {
    private Ports() {}

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
