package ordersystem.monitoring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import ordersystem.admission.Admission;
import ordersystem.admission.AdmissionControl;
import ordersystem.admission.Mode;
import ordersystem.brake.FulfilmentStatus;
import ordersystem.broker.Room;
import ordersystem.ledger.Change;
import ordersystem.ledger.Ledger;
import ordersystem.ledger.State;
import ordersystem.ledger.TestPostgres;
import ordersystem.order.Content;
import ordersystem.order.Lane;
import ordersystem.waiting.AdmissionWatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one look at the figures costs while 200,000 orders are pending and 5,000 changes a second are written. */
class PollCostIT {

    private static final int PENDING = 200_000;
    private static final int BATCH = 50;
    private static final int CHANGES_PER_SECOND = 5_000;
    private static final int WRITERS = 4;
    private static final int POLLS = 600;
    private static final Duration EVERY = Duration.ofMillis(25);
    private static final Duration TARGET = Duration.ofSeconds(5);

    /** A poll is to cost under 5 ms. Half of them, at least: this machine does other things, too. */
    private static final double POLL_MILLIS = 5;

    /** What is dearer is done each 5 s: 1 % of a processor. */
    private static final double LOOK_MILLIS = 50;

    private final AtomicLong next = new AtomicLong();
    private final Deque<Long> pending = new ArrayDeque<>();

    @Test
    void onH2(@TempDir Path folder) throws Exception {
        measure("H2", "jdbc:h2:file:" + folder.resolve("ledger"), "", "");
    }

    @Test
    void onPostgresql() throws Exception {
        measure("PostgreSQL", TestPostgres.emptyDatabase(), TestPostgres.USER, TestPostgres.PASSWORD);
    }

    private void measure(String name, String url, String user, String password) throws Exception {
        ScheduledExecutorService writers = Executors.newScheduledThreadPool(WRITERS);
        try (Ledger ledger = Ledger.open(url, user, password, "test", 10)) {
            while (pending.size() < PENDING) {
                arrive(ledger, "fill");
            }
            CriticalTimes times = new CriticalTimes(io.micrometer.core.instrument.Clock.SYSTEM);
            AdmissionControl calm = AdmissionControl.start(Mode.AUTO, 0, TARGET);
            AdmissionWatch admission = new AdmissionWatch(ledger, new Admission(calm), calm, TARGET, () -> true);
            Alarms alarms = new Alarms(Clock.systemUTC());
            FulfilmentStatus working =
                    new FulfilmentStatus("working", "2026-11-27T06:00:00Z", null, null, "CLOSED", null);
            FiguresCheck check = new FiguresCheck(
                    ledger,
                    queue -> OptionalLong.empty(),
                    () -> working,
                    () -> new Room(0, Long.MAX_VALUE, 0),
                    admission,
                    Duration.ofMinutes(6),
                    alarms,
                    Clock.systemUTC());
            Figures figures = new Figures(
                    ledger, OptionalLong::empty, () -> working, admission, times, check, alarms, Clock.systemUTC());

            long before = ledger.counts().processed() + ledger.counts().received();
            long begin = System.nanoTime();
            List<ScheduledFuture<?>> work = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                String consumer = "writer-" + i;
                work.add(writers.scheduleAtFixedRate(
                        () -> {
                            for (int order = 0; order < BATCH; order++) {
                                times.record("normal", Duration.ofMillis(order));
                            }
                            arrive(ledger, consumer);
                            handOver(ledger, consumer);
                        },
                        0,
                        1_000_000L * WRITERS * 2 * BATCH / CHANGES_PER_SECOND,
                        TimeUnit.MICROSECONDS));
            }
            List<Long> polls = new ArrayList<>();
            List<Long> looks = new ArrayList<>();
            await("enough looks")
                    .atMost(Duration.ofMinutes(5))
                    .pollInterval(EVERY)
                    .until(() -> {
                        polls.add(timed(figures::get));
                        if (polls.size() % 10 == 0) {
                            looks.add(timed(check::look));
                        }
                        return polls.size() >= POLLS;
                    });
            double seconds = (System.nanoTime() - begin) / 1e9;
            double changes = (ledger.counts().processed() + ledger.counts().received() - before) / seconds;
            work.forEach(
                    each -> assertThat(each.isDone()).as("a writer gave up").isFalse());
            writers.shutdown();
            assertThat(writers.awaitTermination(1, TimeUnit.MINUTES)).isTrue();

            System.out.printf(
                    "poll on %s: median %.2f ms, p99 %.2f ms; check every 5 s: median %.2f ms, p99 %.2f ms;"
                            + " %,d pending, %,.0f changes a second%n",
                    name,
                    percentile(polls, 0.5),
                    percentile(polls, 0.99),
                    percentile(looks, 0.5),
                    percentile(looks, 0.99),
                    figures.get().pending(),
                    changes);
            assertThat(changes)
                    .as("changes a second; fewer on a machine that has other work")
                    .isPositive();
            assertThat(figures.get().oldestPendingSeconds()).isPositive();
            assertThat(percentile(polls, 0.5)).isLessThan(POLL_MILLIS);
            assertThat(percentile(looks, 0.5)).isLessThan(LOOK_MILLIS);
            assertThat(ledger.recount().discrepancy()).isZero();
        } finally {
            writers.shutdownNow();
        }
    }

    private void arrive(Ledger ledger, String consumer) {
        List<Change> batch = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
            batch.add(change(next.incrementAndGet(), State.RECEIVED, null, "orders.normal"));
        }
        ledger.write(consumer, batch);
        synchronized (pending) {
            batch.forEach(change -> pending.addLast(Long.valueOf(change.orderId())));
        }
    }

    /** The oldest ones, as a lane does. */
    private void handOver(Ledger ledger, String consumer) {
        List<Change> batch = new ArrayList<>();
        synchronized (pending) {
            for (int i = 0; i < BATCH; i++) {
                batch.add(change(pending.removeFirst(), State.PROCESSED, 1, null));
            }
        }
        ledger.write(consumer, batch);
    }

    private static Change change(long order, State state, @Nullable Integer step, @Nullable String place) {
        return new Change(
                Long.toString(order),
                Lane.NORMAL,
                state,
                "ID:" + order + state,
                step,
                "hash",
                place,
                0,
                null,
                null,
                state == State.PROCESSED
                        ? null
                        : new Content(
                                Content.Type.TEXT, "{\"orderId\":1}".repeat(30).getBytes(UTF_8), Map.of()));
    }

    private static long timed(Runnable look) {
        long begin = System.nanoTime();
        look.run();
        return System.nanoTime() - begin;
    }

    private static double percentile(List<Long> nanos, double share) {
        long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
        assertThat(sorted).isNotEmpty();
        return sorted[(int) Math.min(sorted.length - 1, Math.floor(share * sorted.length))] / 1e6;
    }
}
