package ordersystem.journey;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** What is tried against the ports of a program, byte for byte. */
enum Attack {
    SILENT_CONNECTIONS(tries -> tries.hold(tries.http, new byte[0])),
    HALF_HEADS(tries -> tries.hold(tries.http, text("GET /api/stats HTTP/1.1\r\nHost: localhost\r\nX-A: "))),
    HALF_BODIES(tries -> tries.hold(
            tries.http,
            text("POST /api/orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 1000\r\n\r\n{\"orderId\":"))),
    CONNECTIONS_CLOSED_AT_ONCE(tries -> tries.shut(tries.http, new byte[0])),
    ANSWERS_THAT_NOBODY_READS(tries ->
            tries.hold(tries.http, text("GET /api/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(50)))),
    NOISE(tries -> tries.ask(tries.http, tries.noise())),
    HEADS_OF_20_KB(tries -> tries.ask(tries.http, text("GET / HTTP/1.1\r\nX: " + "a".repeat(20_000) + "\r\n\r\n"))),
    SMUGGLING(
            tries -> tries.ask(
                    tries.http,
                    text(
                            "POST /api/orders HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
                                    + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /api/stats HTTP/1.1\r\n\r\n"))),
    OTHER_HOST_NAMES(tries ->
            tries.ask(tries.http, text("GET /api/stats HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))),
    BODIES_OF_9_MB(tries -> tries.ask(tries.http, Bodies.LARGE)),
    COMPRESSED_BOMBS_OF_100_MB(tries -> tries.ask(tries.http, Bodies.BOMB)),
    JSON_OF_200_000_LEVELS(tries -> tries.ask(tries.http, Bodies.DEEP)),
    ORDERS_WITH_1000_MISTAKES(tries -> tries.ask(tries.http, Bodies.WRONG)),
    BATCHES_OF_1000_LINES_THAT_ARE_NO_ORDERS(tries -> tries.ask(tries.http, Bodies.BATCH)),
    ENTITIES_IN_XML(tries -> tries.ask(
            tries.http,
            post(
                    "/api/orders",
                    "application/xml",
                    text("<!DOCTYPE z [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>"
                            + "<order id=\"&b;\"/>")))),
    CHANGES_FROM_OTHER_SITES(tries -> tries.ask(
            tries.management,
            text("POST /api/fulfilment/pause HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\n"
                    + "Connection: close\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"))),
    NOISE_ON_THE_CONNECTOR(tries -> tries.shut(tries.connector, tries.noise())),
    FRAMES_OF_2_GB_ON_THE_CONNECTOR(tries ->
            tries.shut(tries.connector, new byte[] {0x7f, -1, -1, -1, 1, 'A', 'c', 't', 'i', 'v', 'e', 'M', 'Q'}));

    /** Of {@link Tries}, one more. */
    private interface Try {
        String in(Tries tries) throws IOException;
    }

    private final Try attack;

    Attack(Try attack) {
        this.attack = attack;
    }

    String words() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** Returns the status of the answer, {@code closed}, {@code open}, or {@code silence} where none came in half a minute. */
    String once(Tries tries) {
        try {
            return attack.in(tries);
        } catch (SocketTimeoutException e) {
            return "silence";
        } catch (SocketException e) {
            return "closed";
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static byte[] text(String text) {
        return text.getBytes(ISO_8859_1);
    }

    private static byte[] post(String path, String type, byte[] body) {
        byte[] head = text("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: " + type
                + "\r\nContent-Length: " + body.length + "\r\n\r\n");
        byte[] request = new byte[head.length + body.length];
        System.arraycopy(head, 0, request, 0, head.length);
        System.arraycopy(body, 0, request, head.length, body.length);
        return request;
    }

    /** Made once: an enum's constants cannot name their own constants. */
    private static final class Bodies {
        static final byte[] LARGE = post("/api/orders", "application/json", new byte[9 << 20]);
        static final byte[] BOMB = post("/api/orders", "application/json\r\nContent-Encoding: gzip", bomb());
        static final byte[] DEEP = post("/api/orders", "application/json", text("[".repeat(200_000)));
        static final byte[] WRONG = post(
                "/api/orders",
                "application/json",
                text("{\"orderId\":\"\",\"lines\":[" + "{\"quantity\":-1},".repeat(999) + "{}]}"));
        static final byte[] BATCH =
                post("/api/orders/batch", "application/x-ndjson", text("{\"orderId\":\"\"}\n".repeat(1_000)));

        private static byte[] bomb() {
            ByteArrayOutputStream bomb = new ByteArrayOutputStream();
            try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
                byte[] zeros = new byte[1 << 20];
                for (int i = 0; i < 100; i++) {
                    gzip.write(zeros);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return bomb.toByteArray();
        }
    }

    /** The ports, and the connections that one attacker holds open. Of one thread. */
    static final class Tries implements AutoCloseable {

        private static final int HELD = 75;
        private static final int PATIENCE_MILLIS = 30_000;

        private final Random random = new Random(5);
        private final Deque<Socket> held = new ArrayDeque<>();
        final int http;
        final int management;
        final int connector;

        Tries(ProgramUnderTest program) {
            http = URI.create(program.publicUrl("/")).getPort();
            management = URI.create(program.managementUrl("/")).getPort();
            connector = URI.create(program.brokerUrl()).getPort();
        }

        /** Of any length, and at its end what ends a head. */
        byte[] noise() {
            byte[] noise = new byte[4 + random.nextInt(2_000)];
            random.nextBytes(noise);
            System.arraycopy(text("\r\n\r\n"), 0, noise, noise.length - 4, 4);
            return noise;
        }

        /** Sends it, and reads until the server closes. */
        String ask(int port, byte[] request) throws IOException {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                socket.setSoTimeout(PATIENCE_MILLIS);
                try {
                    socket.getOutputStream().write(request);
                } catch (SocketException e) {
                    // refused before it was sent whole: the answer is there all the same
                }
                String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
                return answer.matches("(?s)HTTP/1\\.\\d \\d\\d\\d.*") ? answer.substring(9, 12) : "closed";
            }
        }

        /** Sends it, and closes. */
        String shut(int port, byte[] request) throws IOException {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                socket.getOutputStream().write(request);
                return "closed";
            }
        }

        /** Sends it, and holds the connection open, in the place of the oldest one. */
        String hold(int port, byte[] request) throws IOException {
            if (held.size() == HELD) {
                held.remove().close();
            }
            Socket socket = new Socket("127.0.0.1", port);
            held.add(socket);
            socket.getOutputStream().write(request);
            return "open";
        }

        @Override
        public void close() {
            for (Socket socket : held) {
                try {
                    socket.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }
}
