package ordersystem.broker;

import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import ordersystem.order.OrderHeaders;

/** A JVM of its own with a broker in it, there to be killed. */
final class BrokerProcess implements AutoCloseable {

    private static final long MB = 1024 * 1024;

    private final Process process;
    private final BufferedReader out;

    private BrokerProcess(Process process) {
        this.process = process;
        this.out = process.inputReader();
    }

    static BrokerProcess start(Path folder, String what) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BrokerProcess.class.getName(),
                        folder.toString(),
                        what)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new BrokerProcess(process);
    }

    /** Waits for so many lines of the process, each an acknowledged message, kills it, and returns all that it wrote. */
    List<String> killAfter(int lines) throws Exception {
        List<String> acknowledged = new ArrayList<>();
        String line = "";
        while (acknowledged.size() < lines && line != null) {
            line = out.readLine();
            if (line != null && line.startsWith("ack ")) {
                acknowledged.add(line.substring("ack ".length()));
            }
        }
        // SIGKILL; through the handle, which leaves the output readable to its end.
        process.toHandle().destroyForcibly();
        process.waitFor();
        while ((line = out.readLine()) != null) {
            if (line.startsWith("ack ")) {
                acknowledged.add(line.substring("ack ".length()));
            }
        }
        return acknowledged;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    public static void main(String[] args) throws Exception {
        BrokerSettings settings = new BrokerSettings("child", Path.of(args[0]), null, 128 * MB, 100, 8192, 0);
        EmbeddedBroker broker =
                new EmbeddedBroker(settings, fault -> Runtime.getRuntime().halt(3));
        JmsClient client = JmsClient.transacted(broker.connectionFactory());
        switch (args[1]) {
            case "send" -> send(client);
            case "pass-on" -> passOn(client);
            default -> fill(client, Integer.parseInt(args[1]));
        }
    }

    /** Sends groups as the door does, without end. */
    private static void send(JmsClient client) throws Exception {
        for (int group = 0; ; group++) {
            StringBuilder acknowledged = new StringBuilder();
            for (int i = 0; i < 64; i++) {
                String text = group + "-" + i + "-" + "x".repeat(1000);
                client.send("orders.incoming", text);
                acknowledged.append("ack ").append(group).append('-').append(i).append('\n');
            }
            client.session.commit();
            System.out.print(acknowledged);
            System.out.flush();
        }
    }

    /** Sends, and moves each message to orders.fulfilled and out, so that files are freed; without end. */
    private static void passOn(JmsClient client) throws Exception {
        try (MessageConsumer incoming = client.consumer("orders.incoming");
                MessageConsumer fulfilled = client.consumer("orders.fulfilled")) {
            for (int i = 0; ; i++) {
                client.send("orders.incoming", i + "-" + "x".repeat(10_000));
                client.session.commit();
                client.send("orders.fulfilled", incoming.receive());
                client.session.commit();
                // Every hundredth stays, so that old files are pinned by a few messages, as in real life.
                if (i % 100 != 0) {
                    fulfilled.receive();
                } else {
                    client.session.rollback();
                    client.send("orders.normal", fulfilled.receive());
                }
                client.session.commit();
                System.out.println("ack " + i);
            }
        }
    }

    /** Puts so many messages in three queues, and ten more into a transaction that is never committed; then waits. */
    private static void fill(JmsClient client, int count) throws Exception {
        String[] queues = {"orders.incoming", "orders.high", "orders.normal"};
        for (int i = 0; i < count; i++) {
            Message message = client.session.createTextMessage("body " + i);
            message.setIntProperty(OrderHeaders.STEP, i);
            message.setStringProperty(OrderHeaders.ID, "order-" + i);
            message.setStringProperty(OrderHeaders.LANE, "normal");
            client.producer.setPriority(i % 10);
            client.send(queues[i % 3], message);
            if (i % 500 == 499) {
                client.session.commit();
            }
        }
        client.session.commit();
        for (int i = 0; i < 10; i++) {
            client.send("orders.high", "uncommitted");
        }
        try (JmsClient other = JmsClient.autoAcknowledge(BrokerClient.connectionFactory("vm://child?create=false"))) {
            // A send that waits for the disk, so that the uncommitted ones before it are on the disk too.
            other.send("orders.fulfilled", "last");
        }
        System.out.println("ack filled");
        System.in.read();
    }
}
