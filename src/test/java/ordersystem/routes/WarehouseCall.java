package ordersystem.routes;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** The step of a route that hands an order over to {@link HttpWarehouse}. */
public final class WarehouseCall {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    public void call(String url, String orderId) throws IOException, InterruptedException {
        int status = HTTP.send(
                        HttpRequest.newBuilder(URI.create(url))
                                .header("Idempotency-Key", orderId)
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
        if (status != 204) {
            throw new IOException("the warehouse answers " + status);
        }
    }
}
