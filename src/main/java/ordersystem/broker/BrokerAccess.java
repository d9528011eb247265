package ordersystem.broker;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where an external broker is, and who we are there. Immutable.
 *
 * @param url {@code tcp://…}, {@code ssl://…} or {@code failover:(…)}, with options of ActiveMQ's client; no password
 * @param user empty where the broker asks nobody
 * @param trustStore certificates that the broker may have, for {@code ssl:}; null for those that the JVM trusts
 * @param keyStore a certificate of our own, for a broker that asks for one; null for none
 */
public record BrokerAccess(
        String url,
        String user,
        String password,
        @Nullable Path trustStore,
        String trustStorePassword,
        @Nullable Path keyStore,
        String keyStorePassword) {

    /** Nobody asks who we are. */
    static BrokerAccess to(String url) {
        return new BrokerAccess(url, "", "", null, "", null, "");
    }

    /** Without the passwords. */
    @Override
    public String toString() {
        return user.isEmpty() ? url : url + " as " + user;
    }
}
