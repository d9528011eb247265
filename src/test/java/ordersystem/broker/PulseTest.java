package ordersystem.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import ordersystem.SetClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An external broker that goes away and comes back. */
class PulseTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final SetClock clock = new SetClock();

    @TempDir
    Path folder;

    private String url = "";

    @BeforeEach
    void chooseAPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            url = "tcp://127.0.0.1:" + socket.getLocalPort();
        }
    }

    @Test
    void aBrokerThatRefusesConnectionsIsAwayUntilItTakesThemAgain() {
        try (Pulse pulse = new Pulse(BrokerClient.connectionFactory(url), clock)) {
            await("it is noticed").atMost(LONG).until(() -> pulse.whyNone() != null);
            assertThat(pulse.whyNone()).startsWith("the broker does not answer: ");

            try (EmbeddedBroker broker = broker()) {
                await("it answers").atMost(LONG).until(() -> pulse.whyNone() == null);
                assertThat(broker.connector()).isPresent();
            }
            await("it is away again").atMost(LONG).until(() -> pulse.whyNone() != null);
        }
    }

    @Test
    void aBrokerThatTakesConnectionsAndSaysNothingIsAwayAfterTenSeconds() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Pulse pulse =
                        new Pulse(BrokerClient.connectionFactory("tcp://127.0.0.1:" + silent.getLocalPort()), clock)) {
            clock.forward(Duration.ofSeconds(9));
            assertThat(pulse.whyNone()).isNull();

            clock.forward(Duration.ofSeconds(1));
            assertThat(pulse.whyNone()).isEqualTo("the broker has not answered for 10 s");
        }
    }

    private EmbeddedBroker broker() {
        return new EmbeddedBroker(new BrokerSettings("pulse", folder, url, 128L << 20, 100, 8192, 0), fault -> {});
    }
}
