package ordersystem;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class PortsTest {

    @Test
    void aPortThatIsTakenIsToldWithTheKeyThatChangesIt() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            int port = taken.getLocalPort();

            assertThatThrownBy(() -> Ports.requireFree("127.0.0.1", port, "camel.server.port"))
                    .isInstanceOf(StartException.class)
                    .hasMessageStartingWith("port " + port
                            + " on 127.0.0.1 is taken; stop what uses it, or set camel.server.port to another (");
        }
    }

    @Test
    void aPortThatIsFreeIsLeftFree() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = socket.getLocalPort();
        }

        Ports.requireFree("127.0.0.1", port, "camel.server.port");

        assertThatCode(() -> Ports.requireFree("127.0.0.1", port, "camel.server.port"))
                .doesNotThrowAnyException();
    }
}
