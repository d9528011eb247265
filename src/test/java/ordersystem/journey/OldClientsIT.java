package ordersystem.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import ordersystem.Ports;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Clients that nobody can change any more, each in a JVM of its own: what they send comes in, what they ask for is answered, what they
 * read is what was sent. Prints client × kind of message × lane as a table.
 */
class OldClientsIT {

    private static final Path CLIENTS = Path.of("src/test/old-clients").toAbsolutePath();
    private static final String QUEUE = "LEGACY.ORDERS.IN";

    private final int amqp = Ports.free();
    private final int stomp = Ports.free();

    @RegisterExtension
    final ProgramUnderTest program = new ProgramUnderTest("OldClientsIT")
            .with("ORDERS_LEGACY_QUEUE", QUEUE)
            .with("ORDERS_LEGACY_ENCODING", "ISO-8859-1");

    private void start() {
        program.with("ORDERS_BROKER_AMQP_CONNECTOR", "amqp://127.0.0.1:" + amqp)
                .with("ORDERS_BROKER_STOMP_CONNECTOR", "stomp://127.0.0.1:" + stomp)
                .start();
    }

    @ParameterizedTest
    @CsvSource({
        "activemq-5.16,org.apache.activemq.ActiveMQConnectionFactory",
        "activemq-5.18,org.apache.activemq.ActiveMQConnectionFactory",
        "qpid-jms,org.apache.qpid.jms.JmsConnectionFactory"
    })
    void anOldClientSendsEveryKindInEachLaneAndIsAnswered(String name, String factory) throws Exception {
        Path jars = OtherJvm.jars(CLIENTS.resolve(name));
        start();
        String url = name.equals("qpid-jms") ? "amqp://127.0.0.1:" + amqp : program.brokerUrl();
        List<String> lines = OtherJvm.run(List.of(
                        "java",
                        "-Dfile.encoding=UTF-8",
                        "-cp",
                        jars + "/*",
                        CLIENTS.resolve("OldClient.java").toString(),
                        factory,
                        url,
                        QUEUE))
                .lines()
                .filter(line -> line.contains("\t"))
                .toList();

        lines.forEach(line -> System.out.println("| " + name + " | " + line.replace("\t", " | ") + " |"));
        List<String> expected = new ArrayList<>();
        for (String lane : List.of("4\tACCEPTED\tnormal\t4", "7\tACCEPTED\thigh\t9")) {
            for (String kind : List.of("text-json", "text-xml", "bytes-xml", "bytes-latin1", "map")) {
                expected.add(kind + "\t" + lane + "\tkept\tjson");
            }
        }
        assertThat(lines).isEqualTo(expected);
    }

    /** By hand, as a shell script would. */
    @Test
    void aScriptSendsAndReadsByStomp() throws Exception {
        start();
        for (String lane : List.of("normal", "high")) {
            String id = "stomp-" + lane;
            try (Socket socket = new Socket("127.0.0.1", stomp)) {
                socket.setSoTimeout(60_000);
                send(socket, "CONNECT", Map.of("accept-version", "1.2", "host", "localhost"), "");
                assertThat(receive(socket)).startsWith("CONNECTED\n");
                send(socket, "SUBSCRIBE", Map.of("id", "1", "destination", "/queue/orders.fulfilled"), "");
                send(
                        socket,
                        "SEND",
                        Map.of(
                                "destination",
                                "/queue/" + QUEUE,
                                "persistent",
                                "true",
                                "correlation-id",
                                "corr-1",
                                "priority",
                                lane.equals("high") ? "7" : "4"),
                        "<order id=\"" + id
                                + "\" customer=\"Zo\u00eb\"><line sku=\"a\" quantity=\"1\" unitPrice=\"2\"/></order>");
                String message = receive(socket);

                System.out.println("| STOMP 1.2 | text-xml | " + lane + " | " + message.replace("\n", " ") + " |");
                assertThat(message)
                        .startsWith("MESSAGE\n")
                        .contains("\nOrderLane:" + lane, "\ncorrelation-id:corr-1")
                        .endsWith("{\"orderId\":\"" + id + "\",\"customerId\":\"Zo\u00eb\",\"lines\":"
                                + "[{\"sku\":\"a\",\"quantity\":1,\"unitPrice\":\"2\"}]}");
            }
        }
    }

    private static void send(Socket socket, String command, Map<String, String> headers, String body)
            throws IOException {
        StringBuilder frame = new StringBuilder(command).append('\n');
        headers.forEach(
                (name, value) -> frame.append(name).append(':').append(value).append('\n'));
        socket.getOutputStream()
                .write(frame.append('\n').append(body).append('\0').toString().getBytes(UTF_8));
        socket.getOutputStream().flush();
    }

    /** A frame without the line feeds before it. */
    private static String receive(Socket socket) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        for (int octet = socket.getInputStream().read();
                octet > 0 || frame.size() == 0;
                octet = socket.getInputStream().read()) {
            if (octet < 0) {
                throw new IOException("closed");
            }
            if (frame.size() > 0 || octet > ' ') {
                frame.write(octet);
            }
        }
        return frame.toString(UTF_8);
    }
}
