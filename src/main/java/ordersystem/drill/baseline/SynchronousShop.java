package ordersystem.drill.baseline;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import ordersystem.ledger.Ledger;
import ordersystem.order.Order;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.util.Timeout;

/**
 * The synchronous service in a JVM of its own, with what OrderSystem has too: the same embedded database, as durable, and the
 * same HTTP client for the warehouse with the same time-outs, as many connections as threads. It runs until it is ended.
 */
public final class SynchronousShop {

    private static final Timeout CONNECT = Timeout.ofSeconds(2);
    private static final Timeout ANSWER = Timeout.ofSeconds(5);
    private static final int CONFLICT = 409;

    /** Committed when the commit returns, like OrderSystem's ledger: it survives a killed process. */
    private static final String H2 = ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE";

    private SynchronousShop() {}

    /** @param arguments folder of its data, port, worker threads, URL of the warehouse */
    public static void main(String[] arguments) throws Exception {
        Path data = Path.of(arguments[0]);
        int port = Integer.parseInt(arguments[1]);
        int threads = Integer.parseInt(arguments[2]);
        URI warehouse = URI.create(arguments[3] + "/orders");
        HikariDataSource database = database(data, SynchronousService.connections(threads));
        CloseableHttpClient client = client(threads);
        SynchronousService service =
                new SynchronousService(database, threads, (order, body) -> post(client, warehouse, order, body), port);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            close(service, database);
                            stopped.countDown();
                        },
                        "shutdown"));
        stopped.await();
    }

    /** An empty one where there is none yet. */
    static HikariDataSource database(Path data, int connections) {
        String url = "jdbc:h2:file:" + data.resolve("orders") + H2;
        Ledger.open(url, "", "", "synchronous", 2).close();
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername("");
        config.setPassword("");
        config.setMaximumPoolSize(connections);
        return new HikariDataSource(config);
    }

    private static CloseableHttpClient client(int connections) {
        return HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setMaxConnTotal(connections)
                        .setMaxConnPerRoute(connections)
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(CONNECT)
                                .setSocketTimeout(ANSWER)
                                .build())
                        .build())
                .setDefaultRequestConfig(
                        RequestConfig.custom().setResponseTimeout(ANSWER).build())
                .disableAutomaticRetries()
                .disableCookieManagement()
                .disableRedirectHandling()
                .build();
    }

    /** Under the order's id as Idempotency-Key, so that one that was taken before is not taken twice. */
    private static boolean post(CloseableHttpClient client, URI warehouse, Order order, byte[] body)
            throws IOException {
        HttpPost request = new HttpPost(warehouse);
        request.setHeader("Idempotency-Key", order.orderId());
        request.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_JSON));
        int status = client.execute(request, answer -> {
            EntityUtils.consume(answer.getEntity());
            return answer.getCode();
        });
        return status / 100 == 2 || status == CONFLICT;
    }

    private static void close(SynchronousService service, HikariDataSource database) {
        try (database) {
            service.close();
        } catch (Exception e) {
            throw new IllegalStateException("the synchronous service does not stop", e);
        }
    }
}
