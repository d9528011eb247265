package ordersystem.drill;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import ordersystem.StartException;

/**
 * One system's sale day: customers before it, the warehouse behind it, the warehouse's outage at the peak, and a SIGKILL in the
 * afternoon. It is over when all that was accepted has been worked off. One thread, one use. Times are microseconds from the day's
 * begin.
 */
final class SaleDay {

    private static final long SECOND = 1_000_000;
    private static final long TICK_MILLIS = 100;

    /** Without a delivery for longer than the waiting room's longest delay, 5 minutes, what is missing is taken for lost. */
    private static final long PATIENCE_WITH_SERVICE = 330 * SECOND;

    /** The same for orders that nobody accepted, on top of the longest pause of a customer. */
    private static final long PATIENCE_WITH_CUSTOMERS = 60 * SECOND;

    private static final Duration WARM_UP_LIMIT = Duration.ofSeconds(120);

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
    private boolean killed;
    private int settled;
    private long settledAt;

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
     * @throws StartException where the service does not start, or does not work off what came before the day
     */
    SystemDay run() throws Exception {
        service.start(interrupted);
        warmUp();
        long[] due = plan.curve().times(plan.seed());
        Account account = account("day", due, plan.seed());
        boolean whole;
        try (Customers customers = customers(account)) {
            customers.start();
            whole = live(account, customers);
        }
        Course course = account.course();
        if (whole) {
            service.stop();
        } else {
            service.close();
        }
        return SystemDay.of(service.name(), service.settings(), plan, course, down, up, memory, whole);
    }

    /** At the day's mean rate, under ids that the day does not have. */
    private void warmUp() throws Exception {
        int perSecond = plan.warmUpPerSecond();
        long[] due = LongStream.range(0, perSecond * plan.warmUp().toSeconds())
                .map(i -> i * SECOND / perSecond)
                .toArray();
        Account account = account("before", due, plan.seed() + 1);
        try (Customers customers = customers(account)) {
            customers.start();
            progress.say(service.name() + ": warming up");
            long limit = plan.warmUp().plus(WARM_UP_LIMIT).toNanos() / 1_000;
            while (!customers.areDone() || !account.isWorkedOff()) {
                tick();
                if (account.now() > limit) {
                    throw new StartException(service.name() + " does not work off what came before the day");
                }
            }
        }
    }

    private Account account(String name, long[] due, long seed) throws Exception {
        Account account = new Account(new DayOrders(sample, name, due.length, seed), due, System::nanoTime);
        warehouse.tell(account);
        return account;
    }

    private Customers customers(Account account) {
        return new Customers(vertx, service.port(), account, plan.browser(), plan.again());
    }

    /** Returns whether the day came to its end, worked off or given up. */
    private boolean live(Account account, Customers customers) {
        progress.begin(service.name(), plan.curve());
        long nextSample = 0;
        try {
            do {
                tick();
                happen(account);
                if (account.now() >= nextSample) {
                    nextSample += SECOND;
                    sampleMemory(account.now());
                }
                progress.show(account, latestMemory(), down != Account.NEVER && up == Account.NEVER);
            } while (!isOver(account, customers));
            return true;
        } catch (InterruptedException e) {
            return false;
        } finally {
            warehouse.setDown(false);
            progress.end();
        }
    }

    /** Outage and kill, when it is time for them. */
    private void happen(Account account) {
        long now = account.now();
        long outage = plan.curve().micros(SaleCurve.PEAK_HOUR);
        if (down == Account.NEVER && now >= outage) {
            warehouse.setDown(true);
            down = now;
        }
        if (up == Account.NEVER && now >= outage + plan.outage().toNanos() / 1_000) {
            warehouse.setDown(false);
            up = now;
        }
        if (!killed && now >= plan.curve().micros(Plan.KILL_HOUR)) {
            account.killed();
            service.kill();
            killed = true;
        }
    }

    /** Everybody has an answer and everything is worked off, or nothing has happened for so long that it never will be. */
    private boolean isOver(Account account, Customers customers) {
        long now = account.now();
        long end = plan.curve().micros(SaleCurve.HOURS);
        int soFar = account.acceptedOrders() + account.deliveredOrders();
        if (soFar != settled || now < end) {
            settled = soFar;
            settledAt = now;
        }
        if (now < end) {
            return false;
        }
        boolean workedOff = account.isWorkedOff();
        long patience = workedOff
                ? PATIENCE_WITH_CUSTOMERS
                        + Customers.LONGEST_PAUSE * plan.again().toNanos() / 1_000
                : PATIENCE_WITH_SERVICE;
        return (customers.areDone() && workedOff) || now - settledAt > patience;
    }

    private void sampleMemory(long now) {
        service.memory()
                .ifPresent(megabytes -> memory.add(new double[] {plan.curve().hour(now), megabytes}));
    }

    private double latestMemory() {
        return memory.isEmpty() ? Double.NaN : memory.get(memory.size() - 1)[1];
    }

    private void tick() throws InterruptedException {
        if (interrupted.await(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
            throw new InterruptedException();
        }
    }
}
