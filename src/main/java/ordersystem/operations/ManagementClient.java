package ordersystem.operations;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A running system, seen through its management port. Every method throws {@link ProblemException} where the system
 * refuses, and {@link NotRunningException} where none answers. Thread-safe.
 */
public final class ManagementClient {

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);

    /** Giving up tens of thousands of dead letters is one request. */
    private static final Duration ANSWER_LIMIT = Duration.ofMinutes(5);

    private static final JsonMapper JSON = new JsonMapper();

    private final String address;
    private final String operator;

    /** The header Authorization; empty where there are no credentials. */
    private final String authorization;

    private final HttpClient http;

    /**
     * Connects at the first request only.
     *
     * @param host where the system listens; where that is everywhere, it is asked on this machine
     * @param tls null where it speaks plain HTTP
     * @param operator who acts; what a header cannot hold becomes a question mark
     */
    public ManagementClient(String host, int port, @Nullable SSLContext tls, String operator) {
        this(client(tls), (tls == null ? "http://" : "https://") + reachable(host) + ":" + port, operator, "");
    }

    private static HttpClient client(@Nullable SSLContext tls) {
        HttpClient.Builder client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .proxy(HttpClient.Builder.NO_PROXY)
                .connectTimeout(CONNECT_LIMIT);
        return (tls == null ? client : client.sslContext(tls)).build();
    }

    private static String reachable(String host) {
        return switch (host) {
            case "0.0.0.0" -> "127.0.0.1";
            case "::" -> "[::1]";
            default -> host.contains(":") ? "[" + host + "]" : host;
        };
    }

    private ManagementClient(HttpClient http, String address, String operator, String authorization) {
        this.http = http;
        this.address = address;
        this.operator = operator.replaceAll("[^ -~]", "?");
        this.authorization = authorization;
    }

    /** The same, for a system that asks who it is. */
    public ManagementClient as(String user, String password) {
        byte[] credentials = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return new ManagementClient(
                http, address, user, "Basic " + Base64.getEncoder().encodeToString(credentials));
    }

    /** Any text as one segment of a path; an id may come from outside. */
    static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    Answer get(String path, Map<String, ?> parameters) {
        return send(request(path, parameters).GET(), "");
    }

    Answer post(String path, Map<String, ?> body) {
        try {
            return post(path, Map.of(), JSON.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    Answer post(String path, Map<String, ?> parameters, byte[] body) {
        return send(
                request(path, parameters)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofByteArray(body)),
                "; whether it was done is not known: look before you do it again");
    }

    private HttpRequest.Builder request(String path, Map<String, ?> parameters) {
        String query = parameters.entrySet().stream()
                .map(parameter -> parameter.getKey() + "="
                        + URLEncoder.encode(parameter.getValue().toString(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(address + path + (query.isEmpty() ? "" : "?" + query)))
                .header("X-Operator", operator)
                .timeout(ANSWER_LIMIT);
        return authorization.isEmpty() ? request : request.header("Authorization", authorization);
    }

    /** @param unanswered what a request without an answer means for the one who made it */
    private Answer send(HttpRequest.Builder builder, String unanswered) {
        HttpRequest request = builder.build();
        HttpResponse<String> response;
        try {
            response = http.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (ConnectException | HttpConnectTimeoutException e) {
            throw new NotRunningException(
                    "no running OrderSystem at " + address
                            + "; start it, or say with --config (or CAMEL_MANAGEMENT_PORT) where it runs",
                    e);
        } catch (IOException e) {
            throw new NotRunningException("OrderSystem at " + address + " did not answer (" + e + ")" + unanswered, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotRunningException("interrupted while OrderSystem at " + address + " worked" + unanswered, e);
        }
        return answer(request, response);
    }

    private Answer answer(HttpRequest request, HttpResponse<String> response) {
        boolean good = response.statusCode() / 100 == 2;
        String expected = good ? "application/json" : "application/problem+json";
        if (response.headers().firstValue("Content-Type").orElse("").startsWith(expected)) {
            try {
                Answer answer = new Answer(response.body(), JSON.readTree(response.body()));
                if (good) {
                    return answer;
                }
                throw new ProblemException(answer.json());
            } catch (JsonProcessingException e) {
                // the same as any other answer that is not OrderSystem's
            }
        }
        throw new NotRunningException("what answers at " + address + " is not OrderSystem, or another version of it ("
                + response.statusCode() + " for " + request.method() + " "
                + request.uri().getPath() + ")");
    }
}
