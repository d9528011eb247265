package ordersystem.routes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import jakarta.jms.Message;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLException;
import ordersystem.access.ApiKey;
import ordersystem.access.ApiKeys;
import ordersystem.access.Certificate;
import ordersystem.access.PasswordHash;
import ordersystem.access.Role;
import ordersystem.access.SelfSigned;
import ordersystem.access.User;
import ordersystem.operations.FulfilmentCommand;
import ordersystem.operations.ManagementClient;
import ordersystem.operations.NotRunningException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Who may do what on the public port: API keys, orders of others, names of others, ports beyond loopback. */
class PublicAccessTest {

    private static final String ORDER =
            "{\"orderId\":\"%s\",\"lines\":[{\"sku\":\"a\",\"quantity\":1,\"unitPrice\":\"1\"}]}";

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static HttpRequest.Builder request(RunningSystem system, String path, @Nullable ApiKey key) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(system.publicUrl(path))).timeout(Duration.ofSeconds(30));
        return key == null ? request : request.header("Authorization", "Bearer " + key.secret());
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    private static HttpRequest.Builder order(HttpRequest.Builder request, String id) {
        return request.header("Content-Type", "application/json").POST(BodyPublishers.ofString(ORDER.formatted(id)));
    }

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class WithKeys {

        private final ApiKey webshop = ApiKey.make();
        private final ApiKey webshopNext = ApiKey.make();
        private final ApiKey market = ApiKey.make();
        private final ApiKey office = ApiKey.make();
        private RunningSystem system;

        @BeforeAll
        void start(@TempDir Path home) throws IOException {
            Path keys = Files.write(
                    home.resolve("keys"),
                    List.of(
                            ApiKeys.line(new User("webshop", Role.SEND), webshop),
                            ApiKeys.line(new User("webshop", Role.SEND), webshopNext),
                            ApiKeys.line(new User("market", Role.SEND), market),
                            ApiKeys.line(new User("office", Role.LOOK), office)));
            system = new RunningSystem(home).set("ORDERS_API_KEY_FILE", keys).start();
        }

        @AfterAll
        void stop() {
            system.close();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/",
                    "/page/page.js",
                    "/api/orders",
                    "/api/orders/x",
                    "/api/orders/batch",
                    "/api/stats",
                    "/api/stats/history",
                    "/api/openapi.json",
                    "/nothing",
                    "//api/stats",
                    "/./api/stats",
                    "/%61pi/stats"
                })
        void everyPathAsksForAKey(String path) throws Exception {
            for (String authorization : List.of("", "Bearer ", "Bearer os_x", "Basic YTpi", webshop.secret())) {
                for (String method : List.of("GET", "POST", "HEAD", "OPTIONS", "DELETE")) {
                    HttpRequest.Builder request = request(system, path, null).method(method, BodyPublishers.noBody());
                    HttpResponse<String> answer =
                            send(authorization.isEmpty() ? request : request.header("Authorization", authorization));

                    assertThat(answer.statusCode())
                            .as("%s %s", method, authorization)
                            .isEqualTo(401);
                    assertThat(answer.headers().firstValue("WWW-Authenticate").orElse(""))
                            .startsWith("Bearer realm=\"OrderSystem\"");
                }
            }
        }

        @Test
        void aSenderSeesTheOrdersThatWereSentUnderItsNameAndNoOthers() throws Exception {
            assertThat(send(order(request(system, "/api/orders", webshop), "own-1"))
                            .statusCode())
                    .isEqualTo(202);
            assertThat(send(order(request(system, "/api/orders", market), "own-2"))
                            .statusCode())
                    .isEqualTo(202);
            assertThat(send(request(system, "/api/orders/batch", webshop)
                                    .header("Content-Type", "application/x-ndjson")
                                    .POST(BodyPublishers.ofString(ORDER.formatted("own-3") + "\n")))
                            .statusCode())
                    .isEqualTo(202);
            Message forged = system.text(ORDER.formatted("own-4"));
            forged.setStringProperty("OrderSender", "webshop");
            system.send("orders.incoming", forged);

            // At once, and when the ledger has read them.
            for (String status : List.of("", "PROCESSED")) {
                for (String id : List.of("own-1", "own-2", "own-3", "own-4")) {
                    await(id).until(() -> send(request(system, "/api/orders/" + id, office))
                            .body()
                            .contains(status.isEmpty() ? id : status));
                }
                assertThat(sees(webshop)).containsExactly(200, 404, 200, 404);
                assertThat(sees(webshopNext)).containsExactly(200, 404, 200, 404);
                assertThat(sees(market)).containsExactly(404, 200, 404, 404);
                assertThat(sees(office)).containsExactly(200, 200, 200, 200);
            }
            HttpResponse<String> others = send(request(system, "/api/orders/own-2", webshop));
            HttpResponse<String> nobodys = send(request(system, "/api/orders/own-0", webshop));
            assertThat(others.body()).as("as if there were none").isEqualTo(nobodys.body());
        }

        private List<Integer> sees(ApiKey key) throws Exception {
            List<Integer> answers = new ArrayList<>();
            for (String id : List.of("own-1", "own-2", "own-3", "own-4")) {
                answers.add(send(request(system, "/api/orders/" + id, key)).statusCode());
            }
            return answers;
        }

        @ParameterizedTest
        @CsvSource({
            "office, POST, /api/orders, 403",
            "office, POST, /api/orders/batch, 403",
            "office, GET,  /api/stats, 200",
            "office, GET,  /api/stats/history, 200",
            "office, GET,  /api/openapi.json, 200",
            "webshop, GET, /api/stats, 403",
            "webshop, GET, /api/stats/history, 403",
            "webshop, GET, /api/openapi.json, 200",
            "webshop, GET, /, 403",
            "office, GET,  /, 404"
        })
        void aKeyMayDoWhatItsRoleSays(String name, String method, String path, int status) throws Exception {
            ApiKey key = name.equals("office") ? office : webshop;

            HttpResponse<String> answer = send(request(system, path, key).method(method, BodyPublishers.noBody()));

            assertThat(answer.statusCode()).isEqualTo(status);
        }

        @ParameterizedTest
        @ValueSource(strings = {"X-Order-Sender", "x-order-sender", "X-Sees-Only", "X-ORDER-SENDER"})
        void nobodyPassesForSomebodyElse(String name) throws Exception {
            send(order(request(system, "/api/orders", market), "forged-1"));

            assertThat(send(request(system, "/api/orders/forged-1", webshop).header(name, "market"))
                            .statusCode())
                    .isEqualTo(404);
            assertThat(send(request(system, "/api/orders/forged-1?" + name + "=market", webshop))
                            .statusCode())
                    .isEqualTo(400);
            assertThat(send(order(request(system, "/api/orders", webshop).header(name, "market"), "forged" + name))
                            .statusCode())
                    .isEqualTo(202);
            assertThat(send(request(system, "/api/orders/forged" + name, market))
                            .statusCode())
                    .isEqualTo(404);
        }
    }

    @Nested
    class WithoutKeys {

        @Test
        void namesOfOthersThatLeadHereAreRefusedAndThoseOfOursAreNot(@TempDir Path home) throws Exception {
            try (RunningSystem system = new RunningSystem(home)
                    .set("ORDERS_HTTP_NAMES", "shop.example, orders.shop.example")
                    .start()) {
                int port = URI.create(system.publicUrl("/")).getPort();
                assertThat(status(port, "evil.example")).isEqualTo(403);
                assertThat(status(port, "127.0.0.1.evil.example:" + port)).isEqualTo(403);
                assertThat(status(port, "localhost.evil.example")).isEqualTo(403);
                assertThat(status(port, "shop.example")).isEqualTo(200);
                assertThat(status(port, "Orders.Shop.Example:443")).isEqualTo(200);
                assertThat(status(port, "127.0.0.1:" + port)).isEqualTo(200);
                assertThat(status(port, "localhost")).isEqualTo(200);
                int management = URI.create(system.managementUrl("/")).getPort();
                assertThat(status(management, "shop.example")).isEqualTo(200);
                assertThat(status(management, "evil.example")).isEqualTo(403);
            }
        }

        private static int status(int port, String host) throws IOException {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                socket.setSoTimeout(20_000);
                socket.getOutputStream()
                        .write(("GET /api/stats HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                                .getBytes(UTF_8));
                String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
                return Integer.parseInt(answer.split(" ")[1]);
            }
        }
    }

    @Test
    void beyondLoopbackBothPortsSpeakTlsAndTheCommandsTrustTheirCertificateAlone(@TempDir Path home) throws Exception {
        ApiKey key = ApiKey.make();
        String password = "correct horse battery";
        Path keyStore = SelfSigned.keyStore(home.resolve("key.p12"));
        Path keys = Files.writeString(home.resolve("keys"), ApiKeys.line(new User("webshop", Role.SEND), key) + "\n");
        Path users = Files.writeString(
                home.resolve("users"), new User("anna", Set.of(Role.OPERATE)).line(PasswordHash.of(password)) + "\n");
        try (RunningSystem system = new RunningSystem(home)
                .set("CAMEL_SERVER_HOST", "0.0.0.0")
                .set("CAMEL_MANAGEMENT_HOST", "0.0.0.0")
                .set("ORDERS_API_KEY_FILE", keys)
                .set("ORDERS_MANAGEMENT_USERS_FILE", users)
                .set("ORDERS_TLS_KEY_STORE", keyStore)
                .set("ORDERS_TLS_KEY_STORE_PASSWORD", SelfSigned.PASSWORD)
                .start()) {
            Certificate certificate = new Certificate(keyStore, SelfSigned.PASSWORD);
            HttpClient trusting = HttpClient.newBuilder()
                    .sslContext(certificate.trustingItself())
                    .build();
            URI orders = URI.create(system.publicUrl("/api/orders").replace("http:", "https:"));

            HttpRequest post = order(
                            HttpRequest.newBuilder(orders).header("Authorization", "Bearer " + key.secret()), "tls-1")
                    .build();
            assertThat(trusting.send(post, BodyHandlers.ofString()).statusCode())
                    .isEqualTo(202);
            assertThat(HTTP).as("a certificate that nobody vouches for").satisfies(client -> assertThatThrownBy(
                            () -> client.send(post, BodyHandlers.ofString()))
                    .isInstanceOf(SSLException.class));
            assertThatThrownBy(() -> send(request(system, "/api/stats", key)))
                    .as("plain HTTP")
                    .isInstanceOf(IOException.class);

            int port = URI.create(system.managementUrl("/")).getPort();
            ManagementClient client = new ManagementClient("0.0.0.0", port, certificate.trustingItself(), "me");
            CommandLine command = new CommandLine(new FulfilmentCommand(() -> client.as("anna", password)));
            assertThat(command.execute("status")).isZero();

            Certificate another =
                    new Certificate(SelfSigned.keyStore(home.resolve("another.p12")), SelfSigned.PASSWORD);
            ManagementClient deceived = new ManagementClient("0.0.0.0", port, another.trustingItself(), "me");
            CommandLine refused = new CommandLine(new FulfilmentCommand(() -> deceived.as("anna", password)))
                    .setExecutionExceptionHandler((e, line, parsed) -> {
                        assertThat(e).isInstanceOf(NotRunningException.class);
                        return 3;
                    });
            assertThat(refused.execute("status")).isEqualTo(3);
        }
    }
}
