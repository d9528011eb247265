package ordersystem.benchmark;

import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;

/**
 * Counts what became of the orders of one run: messages in the queues, rows in the ledger, and OrderSystem's own figures,
 * which for its embedded database are the only way to ask. Made before the run; the worker's main thread.
 */
final class Proof {

    private final Pipeline pipeline;
    private final String jdbcUrl;
    private final String user;
    private final String run;
    private final long processedBefore = stat("processed");
    private final long failedBefore = stat("failed");
    private final long invalidBefore = stat("invalid");

    Proof(Pipeline pipeline, String jdbcUrl, String user, String run) {
        this.pipeline = pipeline;
        this.jdbcUrl = jdbcUrl;
        this.user = user;
        this.run = run;
    }

    /** Adds the counts to an answer. */
    void addTo(Map<String, Object> found) throws SQLException {
        found.put("fulfilled", Queues.depth(pipeline.fulfilled()));
        found.put("left", Queues.depth(pipeline.incoming()));
        if (jdbcUrl.startsWith("jdbc:postgresql")) {
            found.put("processed", rows("PROCESSED"));
            found.put("failedRows", rows("FAILED"));
        }
        if (hasStats()) {
            found.put("counted", stat("processed") - processedBefore);
            found.put("failed", failed());
            found.put("invalid", invalid());
        }
    }

    /** Rows of the run that are PROCESSED; PostgreSQL only. */
    long processed() throws SQLException {
        return rows("PROCESSED");
    }

    long failed() {
        return stat("failed") - failedBefore;
    }

    long invalid() {
        return stat("invalid") - invalidBefore;
    }

    private long rows(String state) throws SQLException {
        try (Connection c = DriverManager.getConnection(jdbcUrl, user, user);
                PreparedStatement s =
                        c.prepareStatement("SELECT COUNT(*) FROM orders WHERE state = ? AND order_id LIKE ?")) {
            s.setString(1, state);
            s.setString(2, run + ".%");
            try (ResultSet rows = s.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }

    private static boolean hasStats() {
        return ManagementFactory.getPlatformMBeanServer().isRegistered(name());
    }

    /** 0 where no OrderSystem runs in this JVM. */
    private static long stat(String figure) {
        MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        if (!beans.isRegistered(name())) {
            return 0;
        }
        try {
            CompositeData stats = (CompositeData) beans.getAttribute(name(), "OrderStats");
            return (Long) stats.get(figure);
        } catch (JMException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ObjectName name() {
        try {
            return new ObjectName("ordersystem:type=OrderStats");
        } catch (JMException e) {
            throw new IllegalStateException(e);
        }
    }
}
