package ordersystem.routes;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests made to hurt, on both ports, byte for byte: each is the client's fault, and a good order goes through after each. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileHttpTest {

    private static final String ORDER =
            "{\"orderId\":\"%s\",\"lines\":[{\"sku\":\"a\",\"quantity\":1,\"unitPrice\":\"1\"}]}";

    private RunningSystem system;
    private int good;

    @BeforeAll
    void start(@TempDir Path home) {
        system = new RunningSystem(home).start();
    }

    @AfterAll
    void stop() {
        system.close();
    }

    @AfterEach
    void aGoodOrderGoesThrough() {
        String id = "good-" + good++;
        assertThat(system.post(ORDER.formatted(id)).statusCode()).isEqualTo(202);
        system.awaitStatus(id, "PROCESSED");
    }

    private int port(boolean management) {
        return URI.create(management ? system.managementUrl("/") : system.publicUrl("/"))
                .getPort();
    }

    /** The first line of each answer, until the server closes; empty where it closes without one. */
    private static String answer(int port, byte[]... parts) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(30_000);
            try {
                for (byte[] part : parts) {
                    socket.getOutputStream().write(part);
                    socket.getOutputStream().flush();
                }
            } catch (SocketException e) {
                // refused before it was sent whole: the answer is there all the same
            }
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        } catch (SocketException e) {
            return "";
        }
    }

    private static byte[] post(String path, String type, byte[] body, String... headers) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.write(("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: " + type
                        + "\r\nContent-Length: " + body.length + "\r\n"
                        + (headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n") + "\r\n")
                .getBytes(ISO_8859_1));
        request.write(body);
        return request.toByteArray();
    }

    static Stream<String> heads() {
        return Stream.of(
                "GET /" + "a".repeat(10_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "a".repeat(20_000) + "\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: localhost\r\n" + "X: a\r\n".repeat(5_000) + "\r\n",
                "GET /api/orders/%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                "GET /api/orders/%00 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                "GET /api/orders/../../etc/passwd HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                "GET /page/..%2f..%2f..%2fetc/passwd HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                "GET /page/%2e%2e/%2e%2e/version.properties HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                "GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
                "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\nConnection: close\r\n\r\n",
                "TRACE / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                "FOO / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
                "POST /api/orders HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
                        + "Content-Length: -1\r\n\r\n{}",
                "POST /api/orders HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
                        + "Content-Length: 99999999999999999999\r\n\r\n{}",
                "POST /api/orders HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
                        + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
                "POST /api/orders HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
                        + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /api/stats HTTP/1.1\r\n\r\n",
                "POST /api/orders HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
                "\u00ff\u00fe noise\r\n\r\n",
                "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003\r\n\r\n");
    }

    @ParameterizedTest
    @MethodSource("heads")
    void aRequestThatIsNoneIsTheClientsFault(String request) throws IOException {
        for (boolean management : new boolean[] {false, true}) {
            String answer = answer(port(management), request.getBytes(ISO_8859_1));

            assertThat(answer)
                    .as("%s port", management ? "management" : "public")
                    .doesNotContain("root:", "version=", "<restrict>")
                    .matches("(?s)|HTTP/\\d\\.\\d (4\\d\\d|501|505) .*");
        }
    }

    /** Its pages have addresses of their own: whatever is no file is the first page. */
    @ParameterizedTest
    @ValueSource(
            strings = {"/hawtio/..%5c..%5cjolokia-access.xml", "/hawtio//etc/passwd", "/hawtio/%2e%2e/%2e%2e/etc/passwd"
            })
    void noPathLeadsOutOfHawtio(String path) throws IOException {
        String answer = answer(
                port(true),
                ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").getBytes(ISO_8859_1));

        assertThat(answer)
                .doesNotContain("root:", "<restrict>")
                .matches("(?s)HTTP/1\\.1 (404 .*|200 .*<title>Hawtio.*)");
    }

    static Stream<byte[]> bodies() {
        return Stream.of(
                        "",
                        "{",
                        "[]",
                        "\"",
                        "{\"orderId\":\"a\",\"orderId\":\"b\"}",
                        "{\"orderId\":\"${exec:id}\",\"lines\":[]}",
                        "[".repeat(200_000),
                        "{\"a\":".repeat(100_000),
                        "{\"orderId\":\"a\",\"lines\":[{\"sku\":\"\ud800\"}]}",
                        "{\"orderId\":\"a\",\"lines\":[{\"sku\":\"a\",\"quantity\":1e999999999,\"unitPrice\":1}]}",
                        "<order/>",
                        "<!DOCTYPE order [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><order id=\"&a;\"/>",
                        "<!DOCTYPE z [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]><order id=\"&b;\"/>")
                .map(text -> text.getBytes(UTF_8));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void aBodyThatIsNoOrderIsRefusedAndNothingIsKept(byte[] body) throws IOException {
        for (String type : List.of("application/json", "application/xml")) {
            assertThat(answer(port(false), post("/api/orders", type, body))).startsWith("HTTP/1.1 400 ");
        }
        // Of a batch, the verdict of each line; none of these is an order.
        assertThat(answer(port(false), post("/api/orders/batch", "application/x-ndjson", body)))
                .startsWith("HTTP/1.1 202 ")
                .doesNotContain("\"accepted\":1");
        for (String path : List.of("/api/fulfilment/pause", "/api/dead-letters/replay", "/api/admission")) {
            assertThat(answer(port(true), post(path, "application/json", body))).startsWith("HTTP/1.1 400 ");
        }
        assertThat(system.get("/api/stats")).contains("\"invalid\":0");
    }

    @Test
    void aCompressedBodyIsNotUnpacked() throws IOException {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 100; i++) {
                gzip.write(zeros);
            }
        }
        assertThat(answer(
                        port(false),
                        post("/api/orders", "application/json", bomb.toByteArray(), "Content-Encoding: gzip")))
                .startsWith("HTTP/1.1 4");
    }

    @Test
    void headersOfOursAndOfCamelsInAnySpellingDecideNothing() throws IOException {
        List<String> headers = new ArrayList<>();
        for (String name : List.of(
                "OrderStep",
                "OrderId",
                "OrderLane",
                "OrderSender",
                "JMSPriority",
                "JMSReplyTo",
                "CamelHttpUri",
                "CamelJmsDestinationName",
                "CamelBeanMethodName",
                "CamelFileName",
                "CamelExecCommandExecutable")) {
            headers.add(name + ": evil");
            headers.add(name.toUpperCase(Locale.ROOT) + ": evil");
            headers.add(name.toLowerCase(Locale.ROOT) + ": evil");
        }
        assertThat(answer(
                        port(false),
                        post(
                                "/api/orders",
                                "application/json",
                                ORDER.formatted("headers-1").getBytes(UTF_8),
                                headers.toArray(String[]::new))))
                .startsWith("HTTP/1.1 202 ");
        assertThat(system.awaitStatus("headers-1", "PROCESSED")).contains("\"lane\":\"normal\"");
    }

    @Test
    void manyHalfRequestsHoldNobodyUp() throws IOException {
        List<Socket> half = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                Socket socket = new Socket("127.0.0.1", port(i % 2 == 0));
                socket.getOutputStream()
                        .write((i % 3 == 0
                                        ? "POST /api/orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                                + "Content-Length: 100\r\n\r\n{"
                                        : "GET /api/stats HT")
                                .getBytes(ISO_8859_1));
                half.add(socket);
            }
            aGoodOrderGoesThrough();
        } finally {
            for (Socket socket : half) {
                socket.close();
            }
        }
    }

    @Test
    void noiseOnTheConnectorOfOldClientsEndsThatConnectionOnly() throws IOException {
        Random random = new Random(5);
        int port = URI.create(system.brokerUrl()).getPort();
        for (int i = 0; i < 50; i++) {
            byte[] noise = new byte[1 + random.nextInt(2_000)];
            random.nextBytes(noise);
            try (Socket socket = new Socket("127.0.0.1", port)) {
                socket.getOutputStream().write(noise);
            }
        }
        // A frame that says that it is 2 GB long.
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream().write(new byte[] {0x7f, -1, -1, -1, 1, 'A', 'c', 't', 'i', 'v', 'e', 'M', 'Q'});
        }
        aGoodOrderGoesThrough();
    }
}
