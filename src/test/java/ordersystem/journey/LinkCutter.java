package ordersystem.journey;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between OpenWire clients and their broker, and cuts links where it hurts: after a commit has gone to the broker, and
 * before its answer is back. Threads of its own carry what comes.
 */
final class LinkCutter implements AutoCloseable {

    /** {@code TransactionInfo} of OpenWire, and its type for a commit in one phase, the last byte of the frame. */
    private static final byte TRANSACTION = 7;

    private static final byte COMMIT = 2;

    private final ServerSocket server;
    private final int brokerPort;
    private final AtomicInteger toCut = new AtomicInteger();
    private final AtomicInteger cut = new AtomicInteger();

    LinkCutter(int brokerPort) {
        this.brokerPort = brokerPort;
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start("link-cutter", this::accept);
    }

    String url() {
        return "tcp://127.0.0.1:" + server.getLocalPort();
    }

    /** Cuts the link of the next commit. */
    void cutNext() {
        toCut.incrementAndGet();
    }

    /** How many links it has cut. */
    int cuts() {
        return cut.get();
    }

    private void accept() throws IOException {
        while (true) {
            Link link = new Link(server.accept());
            start("link", link::open);
        }
    }

    private final class Link {
        private final Socket client;
        private final Socket broker = new Socket();
        private volatile boolean isToBeCut;

        Link(Socket client) {
            this.client = client;
        }

        void open() throws IOException {
            try {
                client.setTcpNoDelay(true);
                broker.setTcpNoDelay(true);
                broker.connect(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), brokerPort));
                start("answers", this::carryAnswers);
                carryCommands();
            } finally {
                close();
            }
        }

        private void carryCommands() throws IOException {
            DataInputStream in = new DataInputStream(client.getInputStream());
            OutputStream out = broker.getOutputStream();
            while (true) {
                byte[] frame = new byte[in.readInt()];
                in.readFully(frame);
                boolean isCommit = frame.length > 0 && frame[0] == TRANSACTION && frame[frame.length - 1] == COMMIT;
                if (isCommit && toCut.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    isToBeCut = true;
                }
                out.write(ByteBuffer.allocate(4 + frame.length)
                        .putInt(frame.length)
                        .put(frame)
                        .array());
                out.flush();
            }
        }

        private void carryAnswers() throws IOException {
            try {
                byte[] some = new byte[64 * 1024];
                for (int read = broker.getInputStream().read(some);
                        read >= 0;
                        read = broker.getInputStream().read(some)) {
                    if (isToBeCut) {
                        cut.incrementAndGet();
                        return;
                    }
                    client.getOutputStream().write(some, 0, read);
                    client.getOutputStream().flush();
                }
            } finally {
                close();
            }
        }

        private void close() throws IOException {
            client.close();
            broker.close();
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // One of the two is gone, which is what this is for.
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
