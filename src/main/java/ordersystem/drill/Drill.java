package ordersystem.drill;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import ordersystem.StartException;
import ordersystem.report.Report;
import org.jspecify.annotations.Nullable;

/**
 * A sale day, lived through by the synchronous service and by OrderSystem, one after the other. One thread runs
 * it; {@link #interrupt} may come from any other. One use.
 */
final class Drill {

    private static final long INTERRUPTION_LIMIT_SECONDS = 60;

    private final Path home;
    private final Plan plan;
    private final String mode;
    private final Path folder;
    private final boolean keepsData;
    private final Progress progress;
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final CountDownLatch finished = new CountDownLatch(1);
    private @Nullable SystemDay ours;
    private @Nullable SystemDay theirs;
    private @Nullable Audit audit;
    private @Nullable Verdict verdict;

    /**
     * @param home of the installation
     * @param mode for the report
     * @param folder for the report; the systems' data are in a folder in it meanwhile
     * @param keepsData whether that one stays
     */
    Drill(Path home, Plan plan, String mode, Path folder, boolean keepsData, Progress progress) {
        this.home = home;
        this.plan = plan;
        this.mode = mode;
        this.folder = folder;
        this.keepsData = keepsData;
        this.progress = progress;
    }

    Path report() {
        return folder.resolve("report.html");
    }

    /** Ends it early; returns when the report of what was measured is written and nothing is left running. */
    void interrupt() {
        interrupted.countDown();
        try {
            if (!finished.await(INTERRUPTION_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                progress.say("the drill does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Runs it, and writes the report.
     *
     * @throws StartException where a system does not start
     */
    Results run() throws Exception {
        try {
            Instant start = Instant.now();
            double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
            Files.createDirectories(folder);
            Path data = Files.createTempDirectory(folder.toAbsolutePath(), "data-");
            try {
                live(data);
            } catch (InterruptedException e) {
                progress.say("interrupted; what was measured will be in " + report().toAbsolutePath());
            } finally {
                if (!keepsData) {
                    delete(data);
                }
            }
            Results results = new DrillReport(plan, ours, theirs).results(mode, start, load, audit, verdict, folder);
            Report.write(results, "ordersystem/drill/report.html", report());
            return results;
        } finally {
            finished.countDown();
        }
    }

    /** @throws InterruptedException where it was ended early */
    private void live(Path data) throws Exception {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        try {
            SystemDay synchronous = synchronousDay(vertx, data);
            theirs = synchronous;
            goOn();
            try (Warehouse warehouse = warehouse(vertx);
                    Service service =
                            Service.orderSystem(home, data.resolve("ordersystem"), warehouse.url(), plan.jvm())) {
                SystemDay orderSystem = day(vertx, service, warehouse);
                ours = orderSystem;
                goOn();
                progress.say("audit");
                Audit recount = service.audit(home);
                // Ctrl-C at a terminal ends the audit, too, and what it says then is worth nothing.
                goOn();
                audit = recount;
                verdict = Verdict.of(orderSystem, synchronous, recount);
            }
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    private SystemDay synchronousDay(Vertx vertx, Path data) throws Exception {
        try (Warehouse warehouse = warehouse(vertx);
                Service service = Service.synchronous(
                        home, data.resolve("synchronous"), warehouse.url(), plan.threads(), plan.jvm())) {
            return day(vertx, service, warehouse);
        }
    }

    private void goOn() throws InterruptedException {
        if (interrupted.getCount() == 0) {
            throw new InterruptedException();
        }
    }

    private Warehouse warehouse(Vertx vertx) throws Exception {
        return new Warehouse(vertx, plan.warehouse(), plan.faults(), plan.seed());
    }

    private SystemDay day(Vertx vertx, Service service, Warehouse warehouse) throws Exception {
        progress.say(service.name() + ": starting");
        Path sample = home.resolve("examples/orders/online-retail.ndjson");
        return new SaleDay(plan, sample, vertx, service, warehouse, interrupted, progress).run();
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }
}
