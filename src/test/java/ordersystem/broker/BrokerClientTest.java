package ordersystem.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.broker.SslContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerClientTest {

    private static final String PASSWORD = "changeit";

    @TempDir
    Path folder;

    @Test
    void aBrokerBehindTlsIsReachedWithItsCertificateInTheTrustStore() throws Exception {
        Path keys = folder.resolve("broker.p12");
        Path certificate = folder.resolve("broker.cer");
        Path trusted = folder.resolve("trusted.p12");
        keytool(keys, "-genkeypair", "-keyalg", "EC", "-dname", "CN=broker", "-ext", "san=dns:localhost");
        keytool(keys, "-exportcert", "-file", certificate.toString());
        keytool(trusted, "-importcert", "-noprompt", "-file", certificate.toString());
        BrokerService broker = new BrokerService();
        broker.setBrokerName("behind-tls");
        broker.setPersistent(false);
        broker.setUseJmx(false);
        broker.setSslContext(new SslContext(keyManagers(keys), null, null));
        String url = broker.addConnector("ssl://127.0.0.1:0").getPublishableConnectString();
        broker.start();
        try {
            connect(access(url, trusted));
            connect(access("failover:(" + url + ")", trusted));
            // The client's reading thread finds it out; where the writing one comes first, all it sees is that the
            // other has closed.
            assertThatThrownBy(() -> connect(access(url, null)))
                    .isInstanceOf(JMSException.class)
                    .hasMessageMatching(
                            ".*(unable to find valid certification path|Connection or outbound has closed).*");
        } finally {
            broker.stop();
        }
    }

    @Test
    void aTrustStoreThatIsMissingIsToldByItsKey() {
        Path missing = folder.resolve("missing.p12");

        assertThatThrownBy(() -> BrokerClient.connectionFactory(access("ssl://127.0.0.1:1", missing)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("orders.broker.trust-store: " + missing + " cannot be read");
    }

    @Test
    void aNewConnectionOverFailoverFailsWhereNobodyAnswers() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        long begin = System.nanoTime();

        assertThatThrownBy(() -> connect(BrokerAccess.to("failover:(tcp://127.0.0.1:" + port + ")")))
                .isInstanceOf(JMSException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
    }

    private static BrokerAccess access(String url, @Nullable Path trustStore) {
        return new BrokerAccess(url, "", "", trustStore, PASSWORD, null, "");
    }

    private static void connect(BrokerAccess access) throws JMSException {
        try (Connection connection = BrokerClient.connectionFactory(access).createConnection()) {
            connection.start();
        }
    }

    private static KeyManager[] keyManagers(Path file) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, PASSWORD.toCharArray());
        return factory.getKeyManagers();
    }

    private static void keytool(Path store, String... what) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(what));
        command.addAll(List.of("-alias", "broker", "-keystore", store.toString(), "-storepass", PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }
}
