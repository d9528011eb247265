package ordersystem.drill;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/**
 * One system's sale day: customers before it, the warehouse behind it, the warehouse's outage at the peak, and a SIGKILL in the
 * afternoon. It is over when all that was accepted has been worked off. One thread, one use.
 */
final class SaleDay {

    private static final long TICK_MILLIS = 100;

    /** Microseconds after the day without a delivery, after which what is missing is taken for lost: the waiting room's longest. */
    private static final long PATIENCE = 330_000_000;

    /** The same for orders that nobody accepted. */
    private static final long PATIENCE_OF_CUSTOMERS = 60_000_000;

    private static final long SECOND = 1_000_000;

    private final Plan plan;
    private final Path sample;
    private final Vertx vertx;
    private final Service service;
    private final Warehouse warehouse;
    private final CountDownLatch interrupted;
    private final Progress progress;
    private final List<double[]> memory = new ArrayList<>();
    private long down = Account.NEVER;
    private long up = Account.NEVER;
    private double largestMemory = Double.NaN;

    /**
     * @param sample invoices as orders in JSON, one a line
     * @param service not started yet
     * @param interrupted counted down to end the day early
     */
    SaleDay(
            Plan plan,
            Path sample,
            Vertx vertx,
            Service service,
            Warehouse warehouse,
            CountDownLatch interrupted,
            Progress progress) {
        this.plan = plan;
        this.sample = sample;
        this.vertx = vertx;
        this.service = service;
        this.warehouse = warehouse;
        this.interrupted = interrupted;
        this.progress = progress;
    }

    /**
     * Runs it to its end, or until it is interrupted; the service is stopped then.
     *
     * @throws InterruptedException where that was before the day
     */
    SystemDay run() throws Exception {
        service.start(interrupted);
        warmUp();
        long[] due = plan.curve().times(plan.seed());
        Account account = new Account(
                new DayOrders(sample, "day", due.length, plan.seed()), due, System::nanoTime);
        warehouse.tell(account);
        boolean whole;
        try (Customers customers = new Customers(vertx, service.port(), account, plan.browser())) {
            customers.start();
            whole = live(account, customers);
        }
        Course course = account.course();
        if (whole) {
            service.stop();
        } else {
            service.close();
        }
        return SystemDay.of(service.name(), service.settings(), plan, course, down, up, memory, largestMemory, whole);
    }

    /** At the day's mean rate, under ids that the day does not have. */
    private void warmUp() throws Exception {
        int count = (int) (plan.warmUpPerSecond() * plan.warmUp().toSeconds());
        if (count == 0) {
            return;
        }
        long apart = SECOND / plan.warmUpPerSecond();
        long[] due = LongStream.range(0, count).map(i -> i * apart).toArray();
        Account account = new Account(new DayOrders(sample, "before", count, plan.seed() + 1), due, System::nanoTime);
        warehouse.tell(account);
        try (Customers customers = new Customers(vertx, service.port(), account, plan.browser())) {
            customers.start();
            progress.say(service.name() + ": warming up");
            while (!(customers.areDone() && account.isWorkedOff()) && account.now() < 10 * plan.warmUp().toNanos() / 1_000) {
                tick();
            }
        }
    }

    /** Returns whether the day came to its end, worked off or given up. */
    private boolean live(Account account, Customers customers) throws InterruptedException {
        long killAt = plan.curve().micros(Plan.KILL_HOUR);
        long downAt = plan.curve().micros(SaleCurve.PEAK_HOUR);
        long upAt = downAt + plan.outage().toNanos() / 1_000;
        long dayEnd = plan.curve().length().toNanos() / 1_000;
        boolean killed = false;
        long nextSample = 0;
        int delivered = 0;
        int accepted = 0;
        long lastChange = 0;
        try {
            progress.begin(service.name(), plan.curve());
            while (true) {
                tick();
                long now = account.now();
                if (down == Account.NEVER && now >= downAt) {
                    warehouse.setDown(true);
                    down = now;
                }
                if (down != Account.NEVER && up == Account.NEVER && now >= upAt) {
                    warehouse.setDown(false);
                    up = now;
                }
                if (!killed && now >= killAt) {
                    account.killed();
                    service.kill();
                    killed = true;
                }
                if (now >= nextSample) {
                    nextSample = now + SECOND;
                    sampleMemory(now);
                }
                if (account.deliveredOrders() != delivered || account.acceptedOrders() != accepted) {
                    delivered = account.deliveredOrders();
                    accepted = account.acceptedOrders();
                    lastChange = now;
                }
                progress.show(now, account, memory.isEmpty() ? Double.NaN : memory.get(memory.size() - 1)[1], phase(now));
                if (now >= dayEnd && killed && up != Account.NEVER) {
                    boolean worked = account.isWorkedOff();
                    long patience = worked ? PATIENCE_OF_CUSTOMERS : PATIENCE;
                    if ((customers.areDone() && worked) || now - Math.max(lastChange, dayEnd) > patience) {
                        return true;
                    }
                }
            }
        } catch (InterruptedException e) {
            return false;
        } finally {
            warehouse.setDown(false);
            progress.end();
        }
    }

    private String phase(long now) {
        return down != Account.NEVER && up == Account.NEVER ? "the warehouse is down" : "";
    }

    private void sampleMemory(long now) {
        service.memory().ifPresent(megabytes -> {
            memory.add(new double[] {plan.curve().hour(now), megabytes});
            largestMemory = Double.isNaN(largestMemory) ? megabytes : Math.max(largestMemory, megabytes);
        });
    }

    private void tick() throws InterruptedException {
        if (interrupted.await(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
            throw new InterruptedException();
        }
    }
}
