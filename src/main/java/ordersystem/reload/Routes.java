package ordersystem.reload;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import ordersystem.jmx.DescribedMBean;
import ordersystem.jmx.Notifications;
import ordersystem.reload.RoutesFolder.Reading;
import ordersystem.reload.RoutesStatus.State;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes folder and what runs of it: watches it, checks each edit as a whole, has the good ones exchanged and the bad
 * ones told, and keeps what ran. Also the MXBean {@code ordersystem:type=Routes}. One thread of its own looks and exchanges;
 * all public methods may be called by any thread.
 *
 * <p>It reads the files again and again instead of having the file system tell: that works on every file system, needs a
 * millisecond, and cannot miss anything.
 */
public final class Routes implements RoutesMXBean, AutoCloseable {

    /** Under which {@link #mbean()} is to be registered. */
    public static final String OBJECT_NAME = "ordersystem:type=Routes";

    private static final Duration LOOK = Duration.ofMillis(200);

    /** An editor that takes a file away and brings it back is done by then. */
    private static final Duration GONE_FOR_GOOD = Duration.ofSeconds(1);

    private static final Duration FIRST_LIMIT = Duration.ofSeconds(2);
    private static final Duration LONGEST_LIMIT = Duration.ofSeconds(30);

    /** After an exchange that had to wait too long orders go on for so many times as long. */
    private static final int PAUSES = 5;

    private static final String NOTIFICATION = "ordersystem.routes.";
    private static final String JMX = "jmx";
    private static final Logger LOG = LoggerFactory.getLogger(Routes.class);

    private final RoutesFolder folder;
    private final Supplier<RouteCheck> check;
    private final LiveRoutes live;
    private final LastGoodRoutes kept;
    private final Clock clock;
    private final Semaphore wake = new Semaphore(0);
    private final Notifications notifications;
    private final Thread thread = new Thread(this::run, "routes");
    private volatile boolean closed;

    // Of the one thread, but for the status.
    private @Nullable Reading considered;
    private @Nullable Reading settling;
    private long settlingSince;
    private @Nullable CheckedRoutes waiting;
    private Duration limit = FIRST_LIMIT;
    private long nextTry;
    private volatile boolean tryNow;
    private volatile @Nullable RoutesStatus status;

    /**
     * @param folder of the route files
     * @param history where sets of files that ran are kept
     * @param check made anew for each edit
     */
    public Routes(Path folder, Path history, Supplier<RouteCheck> check, LiveRoutes live, Clock clock) {
        this.check = check;
        this.live = live;
        this.kept = new LastGoodRoutes(history);
        this.folder = new RoutesFolder(folder, kept);
        this.clock = clock;
        this.notifications = new Notifications(
                OBJECT_NAME,
                "What became of an edit; the type ends with the state of it",
                Arrays.stream(State.values())
                        .map(state -> NOTIFICATION + state.name())
                        .toList(),
                clock);
        thread.setDaemon(true);
    }

    /**
     * Loads the folder into the context, which is about to start; where it is bad, what ran last.
     *
     * @throws RoutesRefusedException where the folder is bad and nothing ran before
     * @throws Exception where Camel does not take what was checked
     */
    public void load() throws Exception {
        folder.finishRollback();
        Reading found = folder.read();
        considered = found;
        String at = clock.instant().toString();
        try {
            if (found.files() == null) {
                throw new RoutesRefusedException(found.errors());
            }
            live.load(check.get().check(found.files()));
            status =
                    new RoutesStatus(State.APPLIED, at, folder.owner(List.of()), List.of(), null, List.of(), 0, "", at);
        } catch (RoutesRefusedException e) {
            RouteFiles last = kept.last().orElse(null);
            if (last == null) {
                throw e;
            }
            CheckedRoutes checked = checkedOr(e, last);
            live.load(checked);
            List<String> files =
                    found.files() == null ? List.of() : found.files().differencesFrom(last);
            status = new RoutesStatus(
                    State.REFUSED, at, folder.owner(files), files, "it is wrong", e.errors(), 0, runningVersion(), at);
            LOG.error(
                    "THE ROUTES FOLDER {} IS WRONG. OrderSystem starts with the routes that ran last, version {}; mend the"
                            + " folder, and they are exchanged while it runs, or put them back with: ordersystem routes rollback",
                    folder,
                    runningVersion());
            e.errors().forEach(error -> LOG.error("routes: {}", error));
        }
    }

    /** What ran last may not run with another configuration; then the folder's own errors are the ones to mend. */
    private CheckedRoutes checkedOr(RoutesRefusedException inFolder, RouteFiles last) throws RoutesRefusedException {
        try {
            return check.get().check(last);
        } catch (RoutesRefusedException alsoRefused) {
            inFolder.addSuppressed(alsoRefused);
            throw inFolder;
        }
    }

    /** Begins to watch; to be called once the routes run. */
    public void watch() {
        RoutesStatus now = status();
        if (now.state() == State.APPLIED) {
            status = withRunning(now, keep(now.by(), List.of()), now.at());
        }
        thread.start();
    }

    /** What became of the last edit. */
    public RoutesStatus status() {
        return Objects.requireNonNull(status, "not loaded");
    }

    private void run() {
        while (!closed) {
            try {
                look();
            } catch (RuntimeException | LinkageError e) {
                LOG.error("The routes folder is looked at again", e);
            }
            try {
                if (wake.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                    wake.drainPermits();
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void look() {
        Reading now = folder.read();
        if (now.equals(considered)) {
            settling = null;
            CheckedRoutes good = waiting;
            if (good != null && (tryNow || System.nanoTime() - nextTry >= 0)) {
                exchange(good, status().by(), status().files());
            }
            tryNow = false;
            return;
        }
        if (!now.equals(settling)) {
            // Somebody is writing. Once it reads the same twice, he is done.
            settling = now;
            settlingSince = System.nanoTime();
            return;
        }
        Reading before = considered;
        RouteFiles files = now.files();
        boolean someGone =
                files == null || before != null && before.files() != null && files.lacksSomeOf(before.files());
        if (someGone && System.nanoTime() - settlingSince < GONE_FOR_GOOD.toNanos()) {
            return;
        }
        settling = null;
        considered = now;
        waiting = null;
        limit = FIRST_LIMIT;
        consider(now);
    }

    private void consider(Reading reading) {
        CheckedRoutes running = Objects.requireNonNull(live.running(), "nothing was loaded");
        RouteFiles files = reading.files();
        if (files == null) {
            refused(List.of(), "", reading.errors());
            return;
        }
        List<String> changed = files.differencesFrom(running.files());
        String by = folder.editor(files, changed);
        try {
            exchange(check.get().check(files), by, changed);
        } catch (RoutesRefusedException e) {
            refused(changed, by, e.errors());
        }
    }

    private void refused(List<String> changed, String by, List<RouteError> errors) {
        tell(State.REFUSED, by, changed, "it is wrong", errors);
        LOG.error(
                "The edit of {} is refused, {} error(s); the routes from before run on",
                changed.isEmpty() ? folder : String.join(", ", changed),
                errors.size());
        errors.forEach(error -> LOG.error("routes: {}", error));
    }

    private void exchange(CheckedRoutes good, String by, List<String> changed) {
        try {
            Duration heldBack = live.exchange(good, limit);
            waiting = null;
            double millis = heldBack.toNanos() / 1e6;
            String at = clock.instant().toString();
            String version = keep(by, changed);
            status = new RoutesStatus(State.APPLIED, at, by, changed, null, List.of(), millis, version, at);
            LOG.info("Routes {} run; orders were held back for {} ms; changed: {}", version, millis, changed);
            announce();
        } catch (LiveRoutes.BusyException e) {
            waiting = good;
            nextTry = System.nanoTime() + limit.multipliedBy(PAUSES).toNanos();
            limit = limit.multipliedBy(2).compareTo(LONGEST_LIMIT) < 0 ? limit.multipliedBy(2) : LONGEST_LIMIT;
            LOG.warn("The edit of {} has to wait: {}", String.join(", ", changed), e.getMessage());
            tell(State.WAITING, by, changed, String.valueOf(e.getMessage()), List.of());
        } catch (Exception | LinkageError e) { // of a class that a route names: its jar is not whole
            waiting = null;
            RouteError error = TrialFailure.explain(e, good.sources(), Set.of());
            tell(State.FAILED, by, changed, "Camel did not take it: " + error, List.of(error));
        }
    }

    private void tell(State state, String by, List<String> changed, String reason, List<RouteError> errors) {
        RoutesStatus before = status();
        status = new RoutesStatus(
                state,
                clock.instant().toString(),
                by,
                changed,
                reason,
                errors,
                0,
                before.running(),
                before.runningSince());
        announce();
    }

    private void announce() {
        RoutesStatus now = status();
        notifications.send(NOTIFICATION + now.state().name(), now.words());
    }

    private String keep(String by, List<String> changed) {
        try {
            return kept.keep(
                    Objects.requireNonNull(live.running(), "nothing was loaded").files(), clock.instant(), by, changed);
        } catch (UncheckedIOException e) {
            LOG.error("{}", e.getMessage(), e);
            return runningVersion();
        }
    }

    private String runningVersion() {
        return kept.history().stream()
                .filter(KeptVersion::running)
                .map(KeptVersion::version)
                .findFirst()
                .orElse("not kept");
    }

    private static RoutesStatus withRunning(RoutesStatus now, String version, String since) {
        return new RoutesStatus(
                now.state(), now.at(), now.by(), now.files(), now.reason(), now.errors(), 0, version, since);
    }

    @Override
    public String getState() {
        return status().state().name();
    }

    @Override
    public String getLastEdit() {
        return status().at();
    }

    @Override
    public List<String> getErrors() {
        return status().errors().stream().map(RouteError::toString).toList();
    }

    @Override
    public String getRunning() {
        return status().running();
    }

    @Override
    public String getRunningSince() {
        return status().runningSince();
    }

    @Override
    public String getFolder() {
        return folder.toString();
    }

    @Override
    public List<String> validate() {
        try {
            check.get().check(RouteFiles.read(folder.path()));
            return List.of();
        } catch (RoutesRefusedException e) {
            return e.errors().stream().map(RouteError::toString).toList();
        }
    }

    @Override
    public void reload() {
        tryNow = true;
        wake.release();
    }

    @Override
    public List<KeptVersion> history() {
        return kept.history();
    }

    @Override
    public void rollback(String version) {
        rollback(version, JMX);
    }

    /**
     * Puts a version that ran back into the folder. It runs some moments later, and not yet when this returns; what is in the
     * folder now is put away.
     *
     * @param by who wants it
     * @return its version
     * @throws IllegalArgumentException where there is no such version
     */
    public String rollback(String version, String by) {
        folder.rollback(version, by, clock.instant());
        wake.release();
        return version;
    }

    /** The version to which a rollback without one goes: what runs where the last edit does not; else what ran before. */
    public @Nullable String previous() {
        RoutesStatus now = status();
        if (now.state() != State.APPLIED) {
            return now.running();
        }
        return kept.history().stream()
                .filter(version -> !version.running())
                .map(KeptVersion::version)
                .findFirst()
                .orElse(null);
    }

    /** This as an MBean, with notifications. */
    public DescribedMBean mbean() {
        return new DescribedMBean(this, RoutesMXBean.class, notifications);
    }

    /** Stops watching; an exchange that has begun is finished first. */
    @Override
    public void close() {
        closed = true;
        wake.release();
        try {
            thread.join(LONGEST_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
