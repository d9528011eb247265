package ordersystem.benchmark;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import ordersystem.benchmark.peers.Peers;
import ordersystem.broker.BrokerSettings;
import ordersystem.broker.EmbeddedBroker;
import ordersystem.ledger.Ledger;
import org.jspecify.annotations.Nullable;

/**
 * One system under measurement in a JVM of its own, with broker and a database of its own. Started by {@link WorkerProcess}:
 * reads a command a line from standard input, answers each with a line of JSON.
 */
final class Worker implements AutoCloseable {

    static final String ANSWER = "#answer ";

    private static final String USER = "postgres";
    private static final long STORE_LIMIT = 20L << 30;

    /** For an order whose retries wait in the ledger. */
    private static final long WATCH_PATIENCE_MILLIS = 30_000;

    private final Map<String, String> options;
    private final Orders orders = new Orders();
    private final Queues queues = new Queues(orders);
    private final String user;
    private final @Nullable EmbeddedBroker broker;
    private final Pipeline pipeline;
    private final String jdbcUrl;
    private @Nullable Watcher watcher;
    private @Nullable Fulfilments watch;

    private Worker(Map<String, String> options) throws Exception {
        this.options = options;
        Path home = Path.of(option("home"));
        jdbcUrl = option("jdbcUrl");
        user = jdbcUrl.startsWith("jdbc:postgresql") ? USER : "";
        Duration warehouse = Duration.ofMillis(Long.parseLong(options.getOrDefault("warehouse", "0")));
        double faults = Double.parseDouble(options.getOrDefault("faults", "0"));
        if (option("system").equals("ordersystem")) {
            broker = null;
            Map<String, String> settings = new HashMap<>();
            settings.put("orders.ledger.url", jdbcUrl);
            settings.put("orders.ledger.user", user);
            settings.put("orders.ledger.password", user);
            options.forEach((key, value) -> {
                if (key.startsWith("orders.")) {
                    settings.put(key, value);
                }
            });
            boolean refuses = Boolean.parseBoolean(options.get("refuses"));
            OrderSystemPipeline ours =
                    new OrderSystemPipeline(home, new Warehouse(warehouse.toMillis(), faults, refuses), settings);
            pipeline = ours;
            watcher = Boolean.parseBoolean(options.get("watched"))
                    ? new Watcher(ours.port(), ours.managementPort())
                    : null;
        } else if (option("system").equals("synchronous")) {
            broker = null;
            Ledger.open(jdbcUrl, USER, USER, "benchmark", 2).close();
            pipeline = Peers.synchronous(jdbcUrl, USER, USER, Integer.parseInt(option("threads")), warehouse, faults);
        } else {
            broker = new EmbeddedBroker(
                    new BrokerSettings(home.resolve("data/broker"), "none", STORE_LIMIT, 2500), fault -> {
                        throw new IllegalStateException(fault);
                    });
            Ledger.open(jdbcUrl, USER, USER, "benchmark", 2).close();
            pipeline = Peers.create(
                    option("system"),
                    new Surroundings(
                            broker.url(),
                            jdbcUrl,
                            USER,
                            USER,
                            Integer.parseInt(options.getOrDefault("consumers", "8")),
                            Integer.parseInt(options.getOrDefault("batch", "50")),
                            Duration.ofMillis(Long.parseLong(options.getOrDefault("batchTime", "500"))),
                            warehouse));
        }
    }

    private String option(String key) {
        String value = options.get(key);
        if (value == null) {
            throw new IllegalArgumentException("a worker needs " + key + "=…");
        }
        return value;
    }

    public static void main(String[] arguments) throws Exception {
        PrintStream answers = System.out;
        System.setOut(System.err); // what libraries print is no answer
        Map<String, String> options = new HashMap<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            options.put(argument.substring(0, equals), argument.substring(equals + 1));
        }
        JsonMapper json = new JsonMapper();
        int exit = 0;
        try (Worker worker = new Worker(options);
                BufferedReader commands =
                        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            answers.println(ANSWER
                    + json.writeValueAsString(
                            Map.of("settings", worker.pipeline.settings(), "port", worker.pipeline.port())));
            for (String line = commands.readLine(); line != null && !line.equals("quit"); line = commands.readLine()) {
                answers.println(ANSWER + json.writeValueAsString(worker.execute(line.split(" "))));
                answers.flush();
            }
        } catch (Exception | Error e) {
            e.printStackTrace();
            exit = 1;
        }
        System.exit(exit);
    }

    private Map<String, Object> execute(String[] command) throws Exception {
        return switch (command[0]) {
            case "drain" -> drain(command[1], Integer.parseInt(command[2]));
            case "offer" -> offer(command[1], Integer.parseInt(command[2]), Integer.parseInt(command[3]));
            case "watch" -> watch(command[1], Integer.parseInt(command[2]));
            case "watched" -> watched(command[1], Integer.parseInt(command[2]));
            case "backlog" -> backlog(command[1], Integer.parseInt(command[2]));
            case "poison" -> poison(command[1], Integer.parseInt(command[2]), Integer.parseInt(command[3]));
            case "overtake" -> overtake(command[1], Integer.parseInt(command[2]), Integer.parseInt(command[3]));
            case "intake" -> intake(command[1], command[2], Integer.parseInt(command[3]));
            default -> throw new IllegalArgumentException("no such command: " + command[0]);
        };
    }

    /** A backlog of {@code count} orders worked off: from the start of the consumers to the last order handed over. */
    private Map<String, Object> drain(String run, int count) throws Exception {
        Proof proof = clear(run);
        queues.fill(pipeline.incoming(), run, 0, count);
        System.gc();
        Usage usage = new Usage();
        pipeline.start();
        Queues.awaitDepth(pipeline.fulfilled(), count);
        Map<String, Object> found = usage.since();
        pipeline.stop();
        proof.addTo(found);
        return found;
    }

    /**
     * {@code rate} orders a second for {@code seconds}, in steps of 10 ms, whatever the system makes of it. Processor time
     * is that of the whole run, until the last order is handed over.
     */
    private Map<String, Object> offer(String run, int rate, int seconds) throws Exception {
        Proof proof = clear(run);
        pipeline.start();
        System.gc();
        Usage usage = new Usage();
        long start = System.nanoTime();
        int steps = seconds * 100;
        int sent = 0;
        long sentByHalfTime = 0;
        long handedOverByHalfTime = 0;
        double offering;
        long inTime;
        try (Feed feed = queues.feed(pipeline.incoming(), true)) {
            for (int step = 1; step <= steps; step++) {
                int due = (int) ((long) rate * step / 100);
                for (; sent < due; sent++) {
                    feed.send(orders.json(run, sent), orders.isHigh(sent));
                }
                feed.commit();
                LockSupport.parkNanos(start + step * 10_000_000L - System.nanoTime());
                if (step == steps / 2) {
                    sentByHalfTime = sent;
                    handedOverByHalfTime = Queues.depth(pipeline.fulfilled());
                }
            }
            offering = (System.nanoTime() - start) / 1e9;
            inTime = Queues.depth(pipeline.fulfilled());
        }
        Queues.awaitDepth(pipeline.fulfilled(), sent);
        double toDrain = (System.nanoTime() - start) / 1e9 - offering;
        Map<String, Object> found = usage.since();
        pipeline.stop();
        found.put("offered", sent);
        found.put("secondsToOffer", offering);
        found.put("inTime", inTime);
        found.put("offeredInSecondHalf", sent - sentByHalfTime);
        found.put("inSecondHalf", inTime - handedOverByHalfTime);
        found.put("secondsToDrain", toDrain);
        proof.addTo(found);
        return found;
    }

    /** From now on it is noted when each order of a run is handed over. */
    private Map<String, Object> watch(String run, int orders) throws Exception {
        if (watch != null) {
            watch.close();
        }
        watch = pipeline.hasQueues() ? new Fulfilments(pipeline.fulfilled(), run, orders) : null;
        return Map.of();
    }

    /** Waits until as many orders of the watched run are handed over; what was noted, and what the ledger says. */
    private Map<String, Object> watched(String run, int orders) throws Exception {
        Map<String, Object> found = new HashMap<>();
        if (watch != null) {
            watch.await(orders, WATCH_PATIENCE_MILLIS);
            found.putAll(watch.report(Path.of(option("home"), run + ".times")));
        }
        found.put("processed", new Proof(pipeline, jdbcUrl, user, run).processed());
        return found;
    }

    private Map<String, Object> backlog(String run, int count) throws Exception {
        Proof proof = clear(run);
        Map<String, Object> found = new Backlog(pipeline, queues).run(run, count);
        pipeline.stop();
        proof.addTo(found);
        return found;
    }

    private Map<String, Object> poison(String run, int count, int share) throws Exception {
        Proof proof = clear(run);
        Map<String, Object> found = new Poison(pipeline, queues, orders).run(run, count, share, proof);
        pipeline.stop();
        proof.addTo(found);
        found.put("distinct", new HashSet<>(queues.take(pipeline.fulfilled())).size());
        return found;
    }

    private Map<String, Object> overtake(String run, int count, int samples) throws Exception {
        Proof proof = clear(run);
        Map<String, Object> found = new Overtaking(pipeline, orders).run(run, count, samples);
        pipeline.stop();
        proof.addTo(found);
        found.put("fulfilled", found.get("received")); // the queue is empty: its client has them
        return found;
    }

    /** Needs a peer that is never started: its broker, and OrderSystem's door at it. */
    private Map<String, Object> intake(String run, String way, int seconds) throws Exception {
        try (Intake intake =
                new Intake(Objects.requireNonNull(broker, "OrderSystem's own broker"), jdbcUrl, USER, orders, queues)) {
            return intake.run(run, way, seconds);
        }
    }

    /** Consumers stopped, nothing in the queue of what is handed over. */
    private Proof clear(String run) throws Exception {
        pipeline.stop();
        Queues.empty(pipeline.fulfilled());
        return new Proof(pipeline, jdbcUrl, user, run);
    }

    /** Time and processor time, of this process and of the whole machine: the database's share is in the difference. */
    private static final class Usage {
        private final long start = System.nanoTime();
        private final double process = process();
        private final double machine = MachineTime.busySeconds();

        Map<String, Object> since() {
            Map<String, Object> used = new LinkedHashMap<>();
            used.put("seconds", (System.nanoTime() - start) / 1e9);
            used.put("processSeconds", process() - process);
            used.put("machineSeconds", MachineTime.busySeconds() - machine);
            return used;
        }

        private static double process() {
            return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                            .getProcessCpuTime()
                    / 1e9;
        }
    }

    @Override
    public void close() throws Exception {
        if (watch != null) {
            watch.close();
        }
        if (watcher != null) {
            watcher.close();
        }
        pipeline.close();
        if (broker != null) {
            broker.close();
        }
    }
}
