package ordersystem.routes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import ordersystem.StartException;
import ordersystem.access.PasswordHash;
import ordersystem.access.Role;
import ordersystem.access.User;
import ordersystem.operations.FulfilmentCommand;
import ordersystem.operations.ManagementClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Who may do what on the management port: users and roles, pages of other sites, Jolokia, paths that are none. */
class ManagementAccessTest {

    private static final String PASSWORD = "correct horse battery";
    private static final String PAUSE = "{\"reason\":\"x\"}";
    private static final String EXEC =
            "{\"type\":\"exec\",\"mbean\":\"ordersystem:type=Brake\",\"operation\":\"pause(java.lang.String)\","
                    + "\"arguments\":[\"x\"]}";

    /** An answer, as it came over the wire. */
    private record Answer(int status, String head, String body) {
        String header(String name) {
            Matcher matcher = Pattern.compile("(?im)^" + name + ": (.*)$").matcher(head);
            return matcher.find() ? matcher.group(1).strip() : "";
        }
    }

    /** Written by hand: clients of a library neither send such paths, nor such heads. */
    private static Answer send(RunningSystem system, String method, String path, String body, String... headers)
            throws IOException {
        int port = URI.create(system.managementUrl("/")).getPort();
        String given = String.join("\r\n", headers);
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(20_000);
            String host = given.contains("Host: ") ? "" : "Host: 127.0.0.1:" + port + "\r\n";
            socket.getOutputStream()
                    .write((method + " " + path + " HTTP/1.1\r\n" + host + (given.isEmpty() ? "" : given + "\r\n")
                                    + "Connection: close\r\n"
                                    + (body.isEmpty()
                                            ? "\r\n"
                                            : "Content-Type: application/json\r\nContent-Length: " + body.length()
                                                    + "\r\n\r\n" + body))
                            .getBytes(UTF_8));
            String[] answer = new String(socket.getInputStream().readAllBytes(), UTF_8).split("\r\n\r\n", 2);
            return new Answer(Integer.parseInt(answer[0].split(" ")[1]), answer[0], answer[1]);
        }
    }

    private static String basic(String user, String password) {
        return "Authorization: Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
    }

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class WithUsers {

        private Path users;
        private RunningSystem system;

        @BeforeAll
        void start(@TempDir Path home) throws IOException {
            users = home.resolve("users.properties");
            write(anna(), line("ben", Role.LOOK));
            system = new RunningSystem(home)
                    .set("ORDERS_MANAGEMENT_USERS_FILE", users)
                    .start();
        }

        @AfterAll
        void stop() {
            system.close();
        }

        private static String line(String name, Role role) {
            return new User(name, role).line(PasswordHash.of(PASSWORD));
        }

        private static String anna() {
            return line("anna", Role.OPERATE);
        }

        private void write(String... lines) throws IOException {
            Files.write(users, List.of(lines));
        }

        /** Its time would be that of the writing before, were that a moment ago. */
        private void rewrite(Instant time, String... lines) throws IOException {
            write(lines);
            Files.setLastModifiedTime(users, FileTime.from(time));
        }

        private Answer send(String method, String path, String body, String... headers) throws IOException {
            return ManagementAccessTest.send(system, method, path, body, headers);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/",
                    "/page/page.js",
                    "/page/uplot/uPlot.esm.js",
                    "/api/dead-letters",
                    "/api/dead-letters/groups",
                    "/api/orders/x",
                    "/api/waiting",
                    "/api/",
                    "/observe/health",
                    "/observe/health/ready",
                    "/observe/health/live/",
                    "/observe/health/live/x",
                    "/observe/metrics",
                    "/observe/jolokia",
                    "/observe/jolokia/",
                    "/observe/jolokia/version",
                    "/observe/jolokia/read/java.lang:type=Memory",
                    "/hawtio",
                    "/hawtio/",
                    "/hawtio/index.html",
                    "/hawtio/user",
                    "/hawtio/jolokia",
                    "/hawtio/jolokia/version",
                    "/nothing",
                    "/q/dev",
                    "//api/dead-letters",
                    "/./api/dead-letters",
                    "/%61pi/dead-letters",
                    "/api/dead-letters/",
                    "/observe/health/live/../../../api/dead-letters",
                    "/observe/health/live%2f..%2f..%2f..%2fapi%2fdead-letters",
                    "/observe/health/live;/../api/dead-letters"
                })
        void everyPathAsksWhoYouAre(String path) throws IOException {
            for (String method : new String[] {"GET", "POST", "HEAD", "OPTIONS", "DELETE"}) {
                Answer answer = send(method, path, "");

                assertThat(answer.status()).as(method).isEqualTo(401);
                assertThat(answer.header("WWW-Authenticate")).startsWith("Basic realm=");
            }
        }

        @Test
        void theProbeIsAnsweredAndToldNothingOfTheOrders() throws IOException {
            Answer live = send("GET", "/observe/health/live", "");

            assertThat(live.status()).isEqualTo(200);
            assertThat(live.body()).contains("\"status\":\"UP\"").doesNotContain("fulfilment", "admission", "lane");
        }

        @Test
        void aWrongPasswordAndAnUnknownUserAreAnsweredAlike() throws IOException {
            Answer wrong = send("GET", "/api/waiting", "", basic("anna", "wrong horse battery"));
            Answer unknown = send("GET", "/api/waiting", "", basic("nobody", PASSWORD));

            assertThat(wrong.status()).isEqualTo(401);
            assertThat(unknown.body()).isEqualTo(wrong.body()).contains("no user has this name and this password");
            assertThat(send("GET", "/api/waiting", "", "Authorization: Basic !").status())
                    .isEqualTo(401);
            assertThat(send("GET", "/api/waiting", "", "Authorization: Bearer " + PASSWORD)
                            .status())
                    .isEqualTo(401);
            assertThat(send("GET", "/api/waiting", "", basic("anna", PASSWORD)).status())
                    .isEqualTo(200);
        }

        @Test
        void whoLooksSeesEverythingAndChangesNothing() throws IOException {
            String ben = basic("ben", PASSWORD);

            assertThat(send("GET", "/api/dead-letters", "", ben).status()).isEqualTo(200);
            assertThat(send("GET", "/hawtio/", "", ben).body()).contains("<title>");
            assertThat(send("POST", "/observe/jolokia", "[{\"type\":\"list\"},{\"type\":\"version\"}]", ben)
                            .body())
                    .contains("\"agent\":");
            assertThat(send("GET", "/", "", ben).body())
                    .contains("data-user=\"ben\"", "data-role=\"look\"", "data-port=\"management\"");

            Answer pause = send("POST", "/api/fulfilment/pause", PAUSE, ben);
            assertThat(pause.status()).isEqualTo(403);
            assertThat(pause.body()).contains("your role is look");
            for (String body : new String[] {
                EXEC,
                "[{\"type\":\"version\"}," + EXEC + "]",
                EXEC.replace("exec", "EXEC"),
                EXEC.replace("{\"type\"", "{\"type\":\"read\",\"type\"")
            }) {
                assertThat(send("POST", "/observe/jolokia", body, ben).body())
                        .as(body)
                        .contains("Refused")
                        .doesNotContain("\"status\":200");
                assertThat(send("POST", "/hawtio/jolokia/", body, ben).body())
                        .as(body)
                        .contains("Refused");
            }
            assertThat(system.get("/api/stats")).contains("\"brake\":{\"state\":\"CLOSED\"");
        }

        @Test
        void whoOperatesIsKnownByTheNameThatWasChecked() throws IOException {
            Answer paused =
                    send("POST", "/api/fulfilment/pause", PAUSE, basic("anna", PASSWORD), "X-Operator: mallory");

            assertThat(paused.status()).isEqualTo(200);
            assertThat(paused.body()).contains("\"by\":\"anna\"");
            assertThat(send("POST", "/api/fulfilment/resume", "{}", basic("anna", PASSWORD))
                            .status())
                    .isEqualTo(200);
        }

        @Test
        void theCommandsSayWhoTheyAre() {
            ManagementClient client = new ManagementClient(
                    "127.0.0.1", URI.create(system.managementUrl("/")).getPort(), null, "me");
            CommandLine with = new CommandLine(new FulfilmentCommand(() -> client.as("ben", PASSWORD)));
            CommandLine without = new CommandLine(new FulfilmentCommand(() -> client));

            assertThat(with.execute("status")).isZero();
            without.setExecutionExceptionHandler((e, line, parsed) -> {
                assertThat(e).hasMessageContaining("ORDERSYSTEM_USER");
                return 17;
            });
            assertThat(without.execute("status")).isEqualTo(17);
        }

        @Test
        void aChangeOfTheFileHoldsAtOnceAndAMistakeInItChangesNothing() throws IOException {
            String ben = basic("ben", PASSWORD);
            assertThat(send("GET", "/api/waiting", "", ben).status()).isEqualTo(200);

            rewrite(Instant.now().plusSeconds(10), anna());
            assertThat(send("GET", "/api/waiting", "", ben).status()).isEqualTo(401);

            rewrite(Instant.now().plusSeconds(20), anna(), "ben=look " + PASSWORD);
            assertThat(send("GET", "/api/waiting", "", ben).status()).isEqualTo(401);
            assertThat(send("GET", "/api/waiting", "", basic("anna", PASSWORD)).status())
                    .isEqualTo(200);

            rewrite(Instant.now().plusSeconds(30), anna(), line("ben", Role.LOOK));
            assertThat(send("GET", "/api/waiting", "", ben).status()).isEqualTo(200);
        }

        @Test
        void manyWrongPasswordsDoNotKeepThePublicPortFromAnswering() throws Exception {
            List<Thread> guessing = IntStream.range(0, 60)
                    .mapToObj(i -> new Thread(() -> {
                        try {
                            send("GET", "/api/waiting", "", basic("anna", "guess number " + i));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    }))
                    .toList();
            guessing.forEach(Thread::start);

            await("an order is taken while passwords are tried")
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> system.post(
                                            "{\"orderId\":\"g1\",\"lines\":[{\"sku\":\"a\",\"quantity\":1,\"unitPrice\":2}]}")
                                    .statusCode()
                            == 202);
            for (Thread one : guessing) {
                one.join();
            }
            assertThat(send("GET", "/api/waiting", "", basic("anna", PASSWORD)).status())
                    .isEqualTo(200);
        }
    }

    @Nested
    class WithoutUsers {

        @TempDir
        private Path home;

        private RunningSystem system;
        private String origin;

        @BeforeEach
        void start() {
            system = new RunningSystem(home).start();
            origin = "Origin: " + system.managementUrl("");
        }

        @AfterEach
        void stop() {
            system.close();
        }

        private Answer send(String method, String path, String body, String... headers) throws IOException {
            return ManagementAccessTest.send(system, method, path, body, headers);
        }

        @Test
        void aBrowsersChangeNeedsTheTokenAndTheRightOrigin() throws IOException {
            Answer read = send("GET", "/api/fulfilment", "", "Sec-Fetch-Site: same-origin");
            String token = "X-XSRF-TOKEN: " + read.header("X-XSRF-TOKEN");

            assertThat(read.status()).isEqualTo(200);
            assertThat(read.header("Access-Control-Allow-Origin")).isEmpty();
            for (String[] headers : new String[][] {
                {origin},
                {"Sec-Fetch-Site: same-origin"},
                {origin, "X-XSRF-TOKEN: guessed"},
                {"Origin: http://evil.example", token},
                {"Origin: " + system.publicUrl(""), token},
                {"Origin: null", token},
                {"Sec-Fetch-Site: same-site", token},
                {"Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document", token},
            }) {
                assertThat(send("POST", "/api/fulfilment/pause", PAUSE, headers).status())
                        .as(String.join(", ", headers))
                        .isEqualTo(403);
            }
            assertThat(system.get("/api/stats")).contains("\"brake\":{\"state\":\"CLOSED\"");

            assertThat(send("POST", "/api/fulfilment/pause", PAUSE, origin, "Sec-Fetch-Site: same-origin", token)
                            .status())
                    .isEqualTo(200);
            assertThat(send("POST", "/api/fulfilment/resume", "{}").status())
                    .as("the command line, and curl")
                    .isEqualTo(200);
        }

        @Test
        void aNameOfAnotherSiteThatLeadsHereIsRefused() throws IOException {
            for (String host :
                    new String[] {"evil.example", "evil.example:9876", "127.0.0.1.evil.example", "localhost.evil"}) {
                Answer answer = send("GET", "/api/dead-letters", "", "Host: " + host);
                assertThat(answer.status()).as(host).isEqualTo(403);
                assertThat(answer.body()).contains("none of OrderSystem's");
            }
            for (String host : new String[] {"localhost:1", "127.0.0.1", "[::1]:9876", "LOCALHOST"}) {
                assertThat(send("GET", "/api/dead-letters", "", "Host: " + host).status())
                        .as(host)
                        .isEqualTo(200);
            }
        }

        @Test
        void aLinkMayLeadHereAndAPicturesAddressMayNot() throws IOException {
            assertThat(send(
                                    "GET",
                                    "/",
                                    "",
                                    "Sec-Fetch-Site: cross-site",
                                    "Sec-Fetch-Mode: navigate",
                                    "Sec-Fetch-Dest: document")
                            .status())
                    .isEqualTo(200);
            assertThat(send(
                                    "GET",
                                    "/api/dead-letters",
                                    "",
                                    "Sec-Fetch-Site: cross-site",
                                    "Sec-Fetch-Mode: no-cors",
                                    "Sec-Fetch-Dest: image")
                            .status())
                    .isEqualTo(403);
            assertThat(send(
                                    "GET",
                                    "/",
                                    "",
                                    "Sec-Fetch-Site: cross-site",
                                    "Sec-Fetch-Mode: navigate",
                                    "Sec-Fetch-Dest: iframe")
                            .status())
                    .isEqualTo(403);
        }

        @Test
        void pagesAreFramedByNobodyAndRunNothingOfOthers() throws IOException {
            for (String path : new String[] {"/", "/page/page.js", "/hawtio/", "/api/dead-letters", "/nothing"}) {
                Answer answer = send("GET", path, "");
                assertThat(answer.header("Content-Security-Policy")).as(path).contains("frame-ancestors 'none'");
                assertThat(answer.header("X-Content-Type-Options")).as(path).isEqualTo("nosniff");
                assertThat(answer.header("Referrer-Policy")).as(path).isEqualTo("same-origin");
            }
            assertThat(send("GET", "/", "").header("Content-Security-Policy"))
                    .startsWith("default-src 'none'; script-src 'self'; style-src 'self'")
                    .doesNotContain("unsafe");
        }

        @Test
        void overJolokiaOurOwnBeansChangeAndNothingElse() throws IOException {
            assertThat(jolokia(EXEC)).contains("\"status\":200");
            assertThat(system.manage("/api/fulfilment")).contains("\"state\":\"maintenance\"");
            assertThat(
                            jolokia(
                                    "{\"type\":\"read\",\"mbean\":\"java.lang:type=Memory\",\"attribute\":\"HeapMemoryUsage\"}"))
                    .contains("\"used\":");
            assertThat(jolokia(
                            "{\"type\":\"exec\",\"mbean\":\"org.apache.camel:context=ordersystem,type=context,name=\\\"ordersystem\\\"\","
                                    + "\"operation\":\"dumpRoutesAsXml()\"}"))
                    .contains("fulfilment");

            for (String refused : new String[] {
                "{\"type\":\"exec\",\"mbean\":\"java.lang:type=Memory\",\"operation\":\"gc\"}",
                "{\"type\":\"write\",\"mbean\":\"java.lang:type=Memory\",\"attribute\":\"Verbose\",\"value\":true}",
                "{\"type\":\"exec\",\"mbean\":\"com.sun.management:type=DiagnosticCommand\",\"operation\":\"help\",\"arguments\":[[]]}",
                "{\"type\":\"exec\",\"mbean\":\"org.apache.camel:context=ordersystem,type=context,name=\\\"ordersystem\\\"\",\"operation\":\"stop()\"}",
                "{\"type\":\"exec\",\"mbean\":\"org.apache.activemq:type=Broker,brokerName=ordersystem\",\"operation\":\"stop()\"}"
            }) {
                assertThat(jolokia(refused)).as(refused).contains("\"status\":403");
            }
        }

        private String jolokia(String body) throws IOException {
            return send("POST", "/observe/jolokia", body).body();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/observe/jolokia/exec/ordersystem:type=Brake/pause(java.lang.String)/x",
                    "/observe/jolokia/%65xec/ordersystem:type=Brake/pause(java.lang.String)/x",
                    "/observe/jolokia/read/../exec/ordersystem:type=Brake/pause(java.lang.String)/x",
                    "/observe/jolokia/exec/ordersystem:type=Brake/pause(java.lang.String)/x/../../../../../read/x",
                    "/observe/jolokia//exec/ordersystem:type=Brake/pause(java.lang.String)/x",
                    "/observe/jolokia?p=/exec/ordersystem:type=Brake/pause(java.lang.String)/x",
                    "/hawtio/jolokia/exec/ordersystem:type=Brake/pause(java.lang.String)/x",
                    "/observe/jolokia/write/ordersystem:type=Admission/Mode/OFF"
                })
        void aLinkChangesNothingOverJolokia(String path) throws IOException {
            Answer answer = send("GET", path, "");

            assertThat(answer.body()).doesNotContain("\"status\":200");
            assertThat(system.get("/api/stats")).contains("\"state\":\"CLOSED\"", "\"mode\":\"AUTO\"");
        }

        @Test
        void jolokiaChangesNothingForAPageWithoutTheToken() throws IOException {
            assertThat(send("POST", "/hawtio/jolokia", EXEC, origin).body()).contains("Refused", "X-XSRF-TOKEN");
            String cookie = send("GET", "/hawtio/", "").header("Set-Cookie");
            assertThat(cookie).contains("SameSite=Strict", "Path=/hawtio");
            String token = cookie.replaceAll("XSRF-TOKEN=([^;]*);.*", "$1");

            assertThat(send("POST", "/hawtio/jolokia", EXEC, origin, "X-XSRF-TOKEN: " + token)
                            .body())
                    .contains("\"status\":200");
        }

        @ParameterizedTest
        @CsvSource({
            "/page/../ledger/V1__ledger.sql",
            "/page/..%2fledger%2fV1__ledger.sql",
            "/page/%2e%2e/ledger/V1__ledger.sql",
            "/page/..%5cledger%5cV1__ledger.sql",
            "/page/uplot/..%2f..%2f..%2f..%2f..%2f..%2fordersystem%2forder.schema.json",
            "/hawtio/..%2fordersystem%2forder.schema.json",
            "/hawtio/..%2f..%2f..%2f..%2fetc%2fpasswd",
            "/page//etc/passwd"
        })
        void noFileButThoseOfThePagesIsServed(String path) throws IOException {
            assertThat(send("GET", path, "").body()).doesNotContain("CREATE TABLE", "$schema", "root:");
        }

        @Test
        void whatWaitsForAnotherTurnIsToldByReason() throws Exception {
            assertThat(send("GET", "/api/waiting", "").body())
                    .isEqualTo("{\"deferred\":0,\"retrying\":0,\"retries\":[],\"looked\":1000}");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "anna=operate secret                 | users:2: no hash of a password; 'ordersystem password' makes one",
                "anna=boss $pbkdf2$it=210000$a$b     | users:2: roles are look, operate, send, receive, with commas between them",
                "anna                                | users:2: not a line of the form name=role hash"
            })
    void aFileOfUsersWithAMistakeStopsTheStartAndRepeatsNoPassword(String line, String message, @TempDir Path home)
            throws IOException {
        Path users = Files.write(home.resolve("users"), List.of("# who", line));

        try (RunningSystem system = new RunningSystem(home).set("ORDERS_MANAGEMENT_USERS_FILE", "users")) {
            assertThatThrownBy(system::start)
                    .isInstanceOf(StartException.class)
                    .hasMessage(users.getParent() + "/" + message)
                    .hasMessageNotContaining("secret");
        }
    }
}
