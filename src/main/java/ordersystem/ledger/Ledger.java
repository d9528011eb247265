package ordersystem.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import ordersystem.ledger.Outcome.Verdict;
import ordersystem.order.Content;
import ordersystem.order.Lane;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which orders there are and where each stands: one row an order, in SQL. Consumers write the changes of a batch, the
 * releaser moves due orders out, door, stats and audit read. Safe for any number of threads; each call is one SQL
 * transaction, and no connection is held between calls.
 *
 * <p>Every method throws {@link LedgerUnavailableException} while the database is away or too busy; the same call may
 * then be made again, also after a commit of unknown outcome.
 */
public final class Ledger implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

    /** Name of the counter rows of {@link #release}. */
    private static final String RELEASER = "releaser";

    /** Name of the counter rows of {@link #fold}. */
    private static final String FOLDED = "folded";

    /** Name of the counter rows of {@link #takeBack}. */
    private static final String REPAIR = "repair";

    /** Setting that is written once, when the ledger is new. */
    private static final String COUNTING_SINCE = "counting_since";

    /** Rows read at a time by {@link #forEach}. */
    private static final int PAGE = 1000;

    private final Database database;
    private final String instance;
    private final Suspects suspects;

    /** Readers with a time limit; a reader that hangs costs its thread, and the next one is refused at once. */
    private final ExecutorService readers;

    private final Instant countingSince;

    private Ledger(Database database, String instance) {
        this.database = database;
        this.instance = Rows.text(instance, 200);
        this.suspects = new Suspects(database, this.instance);
        this.readers = new ThreadPoolExecutor(0, 4, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
            Thread thread = new Thread(task, "ledger-reader");
            thread.setDaemon(true);
            return thread;
        });
        this.countingSince = database.inTransaction(Ledger::countingSince);
    }

    /**
     * Connects, refuses a database that can forget what it has committed, and brings its tables up to date.
     *
     * @param url jdbc:h2:... (a file) or jdbc:postgresql:...
     * @param instance name of this OrderSystem, for its counter rows and in the rows that it writes
     * @param poolSize connections at most
     * @throws LedgerUnsafeException with one line that says what to set
     * @throws LedgerUnavailableException with one line that says what to do
     */
    public static Ledger open(String url, String user, String password, String instance, int poolSize) {
        Database database = Database.open(url, user, password, poolSize);
        try {
            return new Ledger(database, instance);
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /** What people do with single orders. */
    public Interventions interventions() {
        return new Interventions(database, instance);
    }

    /** What waits for a person. */
    public DeadLetters deadLetters() {
        return new DeadLetters(database);
    }

    /** What waits for another turn. */
    public Retries retries() {
        return new Retries(database);
    }

    /** Orders that were not admitted to their lane, and the control that decides it. */
    public Deferrals deferrals() {
        return new Deferrals(database, this::counts);
    }

    /**
     * Orders that were processed long ago.
     *
     * @param keep how long a processed order stays among the others; null for as long as there is a ledger
     */
    public PastOrders pastOrders(@Nullable Duration keep) {
        return new PastOrders(database, instance, keep);
    }

    /** Dead letters that are sent on at a rate. */
    public Replays replays() {
        return new Replays(database, instance);
    }

    /** As the other, for a caller whose messages nobody else can have been given. */
    public List<Outcome> write(String consumer, List<Change> changes) {
        return write(consumer, changes, () -> {});
    }

    /**
     * Writes the changes of one batch, all or none.
     *
     * @param consumer stable name of the caller's slot, such as fulfil-high-3: its counter row, at most 64 characters
     * @param requireHeld throws where the broker may have given the caller's messages to another consumer. Called, with
     *     its row locked, before an order leaves PROCESSED because its message came again and fails now: that one may have
     *     handed the order over. What it throws is thrown on, and nothing is written
     * @return what became of each, in the order of the changes
     * @throws LedgerUnavailableException nothing is known to be written; no change is to blame
     * @throws RuntimeException any other: one of the changes cannot be written; nothing is
     */
    public List<Outcome> write(String consumer, List<Change> changes, Runnable requireHeld) {
        if (changes.isEmpty()) {
            return List.of();
        }
        // Always in the order of the ids: two batches with the same orders wait for each other in one direction only.
        List<Integer> sorted = new ArrayList<>();
        for (int i = 0; i < changes.size(); i++) {
            sorted.add(i);
        }
        sorted.sort(Comparator.comparing(i -> changes.get(i).orderId()));
        List<Change> inOrder = sorted.stream().map(changes::get).toList();

        List<Outcome> outcomes = database.inTurn(c -> {
            List<Outcome> batched = isOfOneKind(inOrder) ? writeBatched(c, consumer, inOrder, requireHeld) : null;
            if (batched == null) {
                c.rollback();
                batched = writeOneByOne(c, consumer, inOrder, requireHeld);
            }
            return batched;
        });
        Outcome[] result = new Outcome[changes.size()];
        for (int i = 0; i < result.length; i++) {
            result[sorted.get(i)] = outcomes.get(i);
        }
        return List.of(result);
    }

    /**
     * Sends due orders on, high ones first, then the longest due. The message is sent before the row changes: a crash in
     * between makes a second copy with the same step, which the rule of steps makes harmless; the other way round would
     * lose the order.
     *
     * @param send sends the messages, commits them, and returns the queue that each was sent to; called once, only with
     *     orders, while their rows are locked. Null for one that could not be sent: due again in half a minute, so that
     *     it does not stand in the way of the others. What it throws is thrown on, and all are due again
     * @return how many
     */
    public int release(int limit, Function<List<Waiting>, List<@Nullable String>> send) {
        return database.inTurn(c -> {
            List<Waiting> due = lockDue(c, limit);
            if (due.isEmpty()) {
                return 0;
            }
            List<@Nullable String> places = send.apply(List.copyOf(due));
            CounterChanges counters = new CounterChanges();
            try (PreparedStatement s = c.prepareStatement(Sql.RELEASE);
                    PreparedStatement later = c.prepareStatement(Sql.POSTPONE)) {
                for (int i = 0; i < due.size(); i++) {
                    Waiting order = due.get(i);
                    String place = places.get(i);
                    if (place == null) {
                        later.setString(1, order.orderId());
                        later.addBatch();
                    } else {
                        s.setString(1, place);
                        s.setString(2, instance);
                        s.setString(3, order.orderId());
                        s.addBatch();
                        counters.moved(order.lane(), order.state(), order.lane(), State.RECEIVED);
                    }
                }
                s.executeBatch();
                later.executeBatch();
            }
            DeadLetterIndex.remove(
                    c,
                    due.stream()
                            .filter(order -> order.state().waitsForAPerson())
                            .map(Waiting::orderId)
                            .toList());
            counters.writeTo(c, instance, RELEASER);
            return due.size();
        });
    }

    /**
     * Takes orders that are on their way back into the waiting room, with the messages that were kept. Their step goes up,
     * so that a message which is not lost after all is a stale copy. No attempt is counted.
     *
     * @return how many; not those that moved on since they were read, nor those whose message was not kept
     */
    public int takeBack(List<TakenBack> orders) {
        return database.inTurn(c -> {
            CounterChanges counters = new CounterChanges();
            int[] rows;
            try (PreparedStatement s = c.prepareStatement(Sql.TAKE_BACK)) {
                for (TakenBack order : orders) {
                    s.setString(1, order.state().name());
                    s.setBoolean(2, order.state() == State.RETRYING);
                    s.setString(3, Rows.text(order.reason().type(), 255));
                    s.setString(4, Rows.text(order.reason().message(), 4000));
                    s.setString(5, Rows.text(order.reason().route(), 128));
                    s.setString(6, Rows.text(order.reason().node(), 128));
                    s.setString(7, instance);
                    s.setString(8, order.order().orderId());
                    s.setInt(9, order.order().step());
                    s.addBatch();
                }
                rows = s.executeBatch();
            }
            int taken = 0;
            List<String> dead = new ArrayList<>();
            for (int i = 0; i < rows.length; i++) {
                if (rows[i] == 1) {
                    TakenBack order = orders.get(i);
                    counters.moved(
                            order.order().lane(), State.RECEIVED, order.order().lane(), order.state());
                    if (order.state().waitsForAPerson()) {
                        dead.add(order.order().orderId());
                    }
                    taken++;
                }
            }
            DeadLetterIndex.add(c, dead);
            counters.writeTo(c, instance, REPAIR);
            return taken;
        });
    }

    /** Messages that may be what ends the process. */
    public Suspects suspects() {
        return suspects;
    }

    public Optional<OrderRecord> find(String orderId) {
        return database
                .inTransaction(c -> {
                    List<OrderRecord> rows = Database.query(c, Sql.FIND, s -> s.setString(1, orderId), Rows::order);
                    rows = rows.isEmpty() ? PastOrders.find(c, orderId) : rows;
                    // It may just have come back from there.
                    return rows.isEmpty()
                            ? Database.query(c, Sql.FIND, s -> s.setString(1, orderId), Rows::order)
                            : rows;
                })
                .stream()
                .findFirst();
    }

    /** The message of an order that waits or is on its way, or that was no order, as received; empty where it is not held. */
    public Optional<Content> content(String orderId) {
        return database
                .inTransaction(c -> Database.query(c, Sql.CONTENT, s -> s.setString(1, orderId), Rows::content))
                .stream()
                .findFirst();
    }

    /**
     * The messages of these orders, in the order of the ids: as many as have at most so many bytes together, the first whatever it
     * has. Empty where none is held.
     *
     * @return an entry for each that was looked at
     */
    public Map<String, Optional<Content>> contents(List<String> orderIds, long mostBytes) {
        return database.inTransaction(c -> {
            Map<String, Long> bytes = new HashMap<>();
            Database.query(
                    c,
                    Sql.CONTENT_BYTES,
                    s -> s.setArray(1, c.createArrayOf("varchar", orderIds.toArray())),
                    rs -> bytes.put(rs.getString(1), rs.getLong(2)));
            Map<String, Optional<Content>> contents = new LinkedHashMap<>();
            long sum = 0;
            for (String id : orderIds) {
                sum += bytes.getOrDefault(id, 0L);
                if (sum > mostBytes && !contents.isEmpty()) {
                    break;
                }
                contents.put(id, Optional.empty());
            }
            Object[] ids = contents.keySet().toArray();
            Database.query(
                    c,
                    Sql.CONTENTS,
                    s -> s.setArray(1, c.createArrayOf("varchar", ids)),
                    rs -> contents.put(rs.getString("order_id"), Optional.of(Rows.content(rs))));
            return contents;
        });
    }

    /**
     * Which of these ids are known, with the hashes of all bodies that each ever had.
     *
     * @param timeout the caller waits no longer than this
     * @throws LedgerUnavailableException also when it takes longer
     */
    public Map<String, Set<String>> knownHashes(Collection<String> orderIds, Duration timeout) {
        Object[] ids = orderIds.toArray();
        Future<Map<String, Set<String>>> answer;
        try {
            answer = readers.submit(() -> database.inTransaction(c -> knownHashes(c, ids)));
        } catch (RejectedExecutionException e) {
            throw new LedgerUnavailableException("ledger: too many reads are waiting", e);
        }
        try {
            return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            // Not cancelled: an interrupt in the middle of a read closes an H2 file for everybody.
            throw new LedgerUnavailableException("ledger: no answer within " + timeout.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LedgerUnavailableException("ledger: interrupted", e);
        } catch (ExecutionException e) {
            throw new LedgerUnavailableException("ledger: " + e.getCause(), e);
        }
    }

    /** The counters' sums, over all instances. */
    public Counts counts() {
        return database.inTransaction(this::counts);
    }

    /** The rows counted, and the counters at the same instant. Reads an index of all rows: once a minute, not more. */
    public Recount recount() {
        return database.inTransaction(c -> {
            // The pool sets it back. Both sums of one snapshot, or they would differ whenever there is work.
            c.setTransactionIsolation(database.snapshotIsolation());
            Counts counted = counts(c);
            Map<String, long[]> lanes = new HashMap<>();
            Map<String, Long> deadLetters = new HashMap<>();
            long invalid = 0;
            try (Statement s = c.createStatement();
                    ResultSet rs = s.executeQuery(Sql.RECOUNT)) {
                while (rs.next()) {
                    State state = State.valueOf(rs.getString(1));
                    String lane = Objects.requireNonNullElse(rs.getString(2), "");
                    long rows = rs.getLong(3);
                    if (state.waitsForAPerson()) {
                        deadLetters.merge(lane, rows, Long::sum);
                    }
                    if (state.count() == State.Count.INVALID) {
                        invalid += rows;
                        continue;
                    }
                    long[] sums = lanes.computeIfAbsent(lane, name -> new long[5]);
                    sums[0] += rows;
                    sums[1] += state.count() == State.Count.PROCESSED ? rows : 0;
                    sums[2] += state.count() == State.Count.FAILED ? rows : 0;
                    sums[3] += state == State.DEFERRED ? rows : 0;
                    sums[4] += state == State.RETRYING ? rows : 0;
                }
            }
            Map<String, Long> past = PastOrders.counts(c);
            past.forEach((lane, orders) -> {
                long[] sums = lanes.computeIfAbsent(lane, name -> new long[5]);
                sums[0] += orders;
                sums[1] += orders;
            });
            Map<String, Counts.Of> sums = new HashMap<>();
            lanes.forEach((lane, n) -> sums.put(lane, new Counts.Of(n[0], n[1], n[2], n[3], n[4], 0, 0, 0, 0, 0)));
            Map<String, Long> onItsWay = new HashMap<>();
            try (Statement s = c.createStatement();
                    ResultSet rs = s.executeQuery(Sql.RECOUNT_ON_ITS_WAY)) {
                while (rs.next()) {
                    onItsWay.put(rs.getString(1), rs.getLong(2));
                }
            }
            long pastOrders = past.values().stream().mapToLong(Long::longValue).sum();
            return new Recount(
                    counted, sums, invalid, deadLetters, DeadLetterIndex.difference(c), onItsWay, pastOrders);
        });
    }

    /** Orders on their way to one queue for longer than this, the longest first. With that queue empty: orphans. */
    public List<OrderRecord> onItsWayLongerThan(Duration age, String place, int limit) {
        return database.inTransaction(c -> Database.query(
                c,
                Sql.ON_ITS_WAY,
                s -> {
                    s.setString(1, place);
                    Rows.setSeconds(s, 2, age);
                    s.setInt(3, limit);
                },
                Rows::order));
    }

    /**
     * Orders of a lane that failed first longer ago than {@code age} and are not through: they wait for a turn, or have one.
     *
     * @return how many, and for how many seconds the longest
     */
    public Overdue overdue(Lane lane, Duration age) {
        return database.inTransaction(c -> Database.query(
                        c,
                        Sql.OVERDUE,
                        s -> {
                            s.setString(1, lane.name());
                            Rows.setSeconds(s, 2, age);
                            s.setString(3, lane.name());
                            Rows.setSeconds(s, 4, age);
                        },
                        rs -> new Overdue(rs.getLong(1), rs.getLong(2))))
                .get(0);
    }

    /** For how long the order has been pending that came first of those that are; empty where none is. */
    public Optional<Duration> oldestPending() {
        return database.inTransaction(c -> database.takesWholeBatches()
                ? OldestPending.onPostgresql(c)
                : OldestPending.onH2(c, counts(c).lanes().keySet()));
    }

    /** What {@link #overdue} tells. */
    public record Overdue(long orders, long oldestSeconds) {}

    /** Every row, by order id, page by page: holds neither memory nor a transaction, and is no snapshot. */
    public void forEach(Consumer<OrderRecord> consumer) {
        String after = "";
        List<OrderRecord> page;
        do {
            String last = after;
            page = database.inTransaction(c -> Database.query(
                    c,
                    Sql.PAGE,
                    s -> {
                        s.setString(1, last);
                        s.setInt(2, PAGE);
                    },
                    Rows::order));
            page.forEach(consumer);
            after = page.isEmpty() ? after : page.get(page.size() - 1).orderId();
        } while (page.size() == PAGE);
    }

    /** What was {@link #set}, by any instance; empty where nothing was. */
    public Optional<String> setting(String name) {
        return database.inTransaction(c -> setting(c, name));
    }

    /**
     * Keeps something for all instances, beyond a restart.
     *
     * @param name at most 64 characters
     * @param setting at most 4,000 characters
     */
    public void set(String name, String setting) {
        database.inTurn(c -> {
            addSetting(c, name, setting);
            return changeSetting(c, name, setting);
        });
    }

    @Override
    public void close() {
        readers.shutdown();
        database.close();
    }

    /**
     * Whether a batch can be written without reading: arrivals only, or orders of known lanes in their turn only. In a
     * mixed one the inserts would lock before the updates, out of the order of the ids.
     */
    private static boolean isOfOneKind(List<Change> changes) {
        return changes.stream().allMatch(change -> change.step() == null)
                || changes.stream().allMatch(change -> change.step() != null && change.lane() != null);
    }

    /**
     * The good path: one batched statement, then what changed no row is settled. Never waits for a row out of order.
     *
     * @return null where a row to settle is locked by somebody else, or past; to be rolled back
     */
    private @Nullable List<Outcome> writeBatched(
            Connection c, String consumer, List<Change> changes, Runnable requireHeld) throws SQLException {
        CounterChanges counters = new CounterChanges();
        boolean isWhole = database.takesWholeBatches() && WholeBatch.fits(changes);
        if (!isWhole
                && changes.get(0).step() == null
                && PastOrders.isAny(c, changes.stream().map(Change::orderId).toList())) {
            return null;
        }
        Predicate<Change> written = isWhole ? WholeBatch.write(c, changes, instance) : writeRows(c, changes);
        List<Outcome> outcomes = new ArrayList<>();
        for (Change change : changes) {
            if (!written.test(change)) {
                OrderRecord row = lock(c, Sql.LOCK_IF_FREE, change.orderId());
                if (row == null) {
                    return null;
                }
                outcomes.add(settle(c, row, change, counters, requireHeld));
                continue;
            }
            if (change.step() == null) {
                counters.arrived(change);
            } else {
                counters.moved(change.lane(), State.RECEIVED, change.lane(), change.state());
            }
            outcomes.add(new Outcome(Verdict.WRITTEN, change.nextStep(), null));
        }
        addToTheirTables(c, changes, outcomes);
        counters.writeTo(c, instance, consumer);
        return outcomes;
    }

    /** Those that were deferred now and those that wait for a person now, in the order of the ids. */
    private static void addToTheirTables(Connection c, List<Change> changes, List<Outcome> outcomes)
            throws SQLException {
        List<Change> deferred = new ArrayList<>();
        List<String> dead = new ArrayList<>();
        for (int i = 0; i < changes.size(); i++) {
            Change change = changes.get(i);
            if (outcomes.get(i).verdict() != Verdict.WRITTEN) {
                continue;
            }
            if (change.state() == State.DEFERRED) {
                deferred.add(change);
            } else if (change.state().waitsForAPerson()) {
                dead.add(change.orderId());
            }
        }
        Deferrals.add(c, deferred);
        DeadLetterIndex.add(c, dead);
    }

    /** A statement a row, in one batch. */
    private Predicate<Change> writeRows(Connection c, List<Change> changes) throws SQLException {
        boolean arrivals = changes.get(0).step() == null;
        Set<Change> written = Collections.newSetFromMap(new IdentityHashMap<>());
        try (PreparedStatement s = c.prepareStatement(arrivals ? Sql.INSERT : Sql.UPDATE_IN_TURN)) {
            for (Change change : changes) {
                if (arrivals) {
                    setInsert(s, change);
                } else {
                    int i = setUpdate(s, change, Objects.requireNonNull(change.step()));
                    s.setString(i, Rows.name(change.lane()));
                }
                s.addBatch();
            }
            int[] rows = s.executeBatch();
            for (int i = 0; i < rows.length; i++) {
                if (rows[i] == 1) {
                    written.add(changes.get(i));
                }
            }
        }
        return written::contains;
    }

    /** The careful path: each row is locked, waiting for whoever has it, read and settled, in the order of the ids. */
    private List<Outcome> writeOneByOne(Connection c, String consumer, List<Change> changes, Runnable requireHeld)
            throws SQLException {
        CounterChanges counters = new CounterChanges();
        List<Outcome> outcomes = new ArrayList<>();
        for (Change change : changes) {
            OrderRecord row = PastOrders.lock(c, change.orderId(), instance, counters);
            if (row == null && insert(c, change)) {
                counters.arrived(change);
                outcomes.add(new Outcome(Verdict.WRITTEN, change.nextStep(), null));
                continue;
            }
            if (row == null) {
                // Somebody else inserted it in between. It stays for days at least, so now it is there.
                row = Objects.requireNonNull(lock(c, Sql.LOCK, change.orderId()));
            }
            outcomes.add(settle(c, row, change, counters, requireHeld));
        }
        addToTheirTables(c, changes, outcomes);
        counters.writeTo(c, instance, consumer);
        return outcomes;
    }

    private boolean insert(Connection c, Change change) throws SQLException {
        try (PreparedStatement s = c.prepareStatement(Sql.INSERT)) {
            setInsert(s, change);
            boolean inserted = s.executeUpdate() == 1;
            if (inserted && change.step() != null) {
                LOG.warn(
                        "order {}: a message with step {} for an order that the ledger does not know; recorded as {}."
                                + " Was an older backup restored?",
                        change.orderId(),
                        change.step(),
                        change.state());
            }
            return inserted;
        }
    }

    /** Decides by the rule of steps, and writes if that is the verdict. */
    private Outcome settle(Connection c, OrderRecord row, Change change, CounterChanges counters, Runnable requireHeld)
            throws SQLException {
        StepRule.Row known =
                new StepRule.Row(row.step(), row.handled(), row.state(), isSameBody(c, change, row.bodyHash()));
        Verdict verdict = StepRule.decide(known, change);
        if (verdict == Verdict.WRITTEN) {
            if (row.state() == State.PROCESSED) {
                requireHeld.run();
            }
            try (PreparedStatement s = c.prepareStatement(Sql.UPDATE_LOCKED)) {
                setUpdate(s, change, row.step());
                s.executeUpdate();
            }
            Lane lane = change.lane() == null ? row.lane() : change.lane();
            counters.moved(row.lane(), row.state(), lane, change.state());
            return new Outcome(verdict, row.step() + 1, null);
        }
        if (verdict == Verdict.DUPLICATE) {
            counters.duplicate(row.lane());
        }
        return new Outcome(verdict, row.step(), verdict == Verdict.RESEND ? onItsWay(row) : null);
    }

    private static Outcome.OnItsWay onItsWay(OrderRecord row) {
        return new Outcome.OnItsWay(Objects.requireNonNull(row.place()), row.lane(), row.attempts(), row.reason());
    }

    private static boolean isSameBody(Connection c, Change change, @Nullable String hash) throws SQLException {
        String given = change.bodyHash();
        return given == null
                || given.equals(hash)
                || !Database.query(
                                c,
                                Sql.IS_EARLIER_HASH,
                                s -> {
                                    s.setString(1, change.orderId());
                                    s.setString(2, given);
                                },
                                rs -> true)
                        .isEmpty();
    }

    private void setInsert(PreparedStatement s, Change change) throws SQLException {
        s.setString(1, change.orderId());
        s.setInt(2, change.nextStep());
        s.setString(3, change.bodyHash());
        Rows.setArrival(s, Rows.setTransition(s, 4, change, instance), change);
    }

    /** Returns the number of the next parameter. */
    private int setUpdate(PreparedStatement s, Change change, int step) throws SQLException {
        int i = Rows.setTransition(s, 1, change, instance);
        s.setString(i++, change.orderId());
        s.setInt(i++, step);
        return i;
    }

    static @Nullable OrderRecord lock(Connection c, String sql, String orderId) throws SQLException {
        List<OrderRecord> rows = Database.query(c, sql, s -> s.setString(1, orderId), Rows::order);
        return rows.isEmpty() ? null : rows.get(0);
    }

    /** Due orders that no other releaser has in hand: may be fewer than there are, and none while another one is at work. */
    private static List<Waiting> lockDue(Connection c, int limit) throws SQLException {
        List<String> ids = ids(c, Sql.DUE_HIGH, limit);
        ids.addAll(ids(c, Sql.DUE_OTHERS, limit - ids.size()));
        if (ids.isEmpty()) {
            return List.of();
        }
        return Database.query(c, Sql.LOCK_DUE, s -> s.setArray(1, c.createArrayOf("varchar", ids.toArray())), rs -> {
            Lane lane = Objects.requireNonNull(Rows.lane(rs));
            return new Waiting(
                    rs.getString("order_id"),
                    lane,
                    State.valueOf(rs.getString("state")),
                    rs.getInt("step") + 1,
                    rs.getInt("attempts"),
                    Rows.instant(rs, "received_at"),
                    Rows.content(rs));
        });
    }

    static List<String> ids(Connection c, String sql, int limit) throws SQLException {
        return Database.query(c, sql, s -> s.setInt(1, limit), rs -> rs.getString("order_id"));
    }

    private static Map<String, Set<String>> knownHashes(Connection c, Object[] ids) throws SQLException {
        Map<String, Set<String>> known = new HashMap<>();
        try (PreparedStatement s = c.prepareStatement(Sql.KNOWN_HASHES)) {
            for (int i = 1; i <= 3; i++) {
                s.setArray(i, c.createArrayOf("varchar", ids));
            }
            try (ResultSet rs = s.executeQuery()) {
                while (rs.next()) {
                    Set<String> hashes = known.computeIfAbsent(rs.getString(1), id -> new HashSet<>());
                    String hash = rs.getString(2);
                    if (hash != null) {
                        hashes.add(hash);
                    }
                }
            }
        }
        return known;
    }

    Counts counts(Connection c) throws SQLException {
        Map<String, Counts.Of> lanes = new LinkedHashMap<>();
        Map<String, Counts.By> instances = new LinkedHashMap<>();
        long invalid = 0;
        long duplicates = 0;
        try (Statement s = c.createStatement();
                ResultSet rs = s.executeQuery(Sql.COUNTS)) {
            while (rs.next()) {
                Counts.Of of = new Counts.Of(
                        rs.getLong("received"),
                        rs.getLong("processed"),
                        rs.getLong("failed"),
                        rs.getLong("deferred"),
                        rs.getLong("retrying"),
                        rs.getLong("retried"),
                        rs.getLong("failed_events"),
                        rs.getLong("admitted"),
                        rs.getLong("deferrals"),
                        rs.getLong("released"));
                lanes.merge(rs.getString("lane"), of, Counts.Of::plus);
                instances.merge(
                        rs.getString("instance"),
                        new Counts.By(of.received(), of.processed(), of.failedEvents()),
                        Counts.By::plus);
                invalid += rs.getLong("invalid");
                duplicates += rs.getLong("duplicates");
            }
        }
        lanes.values().removeIf(Counts.Of.NOTHING::equals);
        return new Counts(lanes, instances, invalid, duplicates, countingSince);
    }

    /**
     * Makes the counters of instances that have counted nothing for so long those of one, {@link Counts#GONE}, so that their
     * number does not grow with each name that there ever was. The sums stay, and one that comes back counts on.
     *
     * @return the names of these instances
     */
    public Set<String> fold(Duration silent) {
        return database.inTurn(c -> {
            List<String> gone = Database.query(
                    c,
                    Sql.SILENT,
                    s -> {
                        s.setString(1, Counts.GONE);
                        Rows.setSeconds(s, 2, silent);
                    },
                    rs -> rs.getString(1));
            CounterChanges sums = new CounterChanges();
            for (String name : gone) {
                // Exactly the rows that were added up: the instance may just be making another one.
                List<List<String>> rows = Database.query(c, Sql.LOCK_COUNTERS, s -> s.setString(1, name), rs -> {
                    sums.add(rs);
                    return List.of(rs.getString("lane"), rs.getString("consumer"));
                });
                for (List<String> row : rows) {
                    Database.update(c, Sql.DELETE_COUNTER, s -> {
                        s.setString(1, name);
                        s.setString(2, row.get(0));
                        s.setString(3, row.get(1));
                    });
                }
            }
            sums.writeTo(c, Counts.GONE, FOLDED);
            return Set.copyOf(gone);
        });
    }

    static Optional<String> setting(Connection c, String name) throws SQLException {
        return Database.query(c, Sql.READ_SETTING, s -> s.setString(1, name), rs -> rs.getString(1)).stream()
                .findFirst();
    }

    /** Of one that is there. */
    static int changeSetting(Connection c, String name, String setting) throws SQLException {
        return Database.update(c, Sql.SET, s -> {
            s.setString(1, setting);
            s.setString(2, name);
        });
    }

    /** Where there is none of this name yet. */
    static void addSetting(Connection c, String name, String setting) throws SQLException {
        Database.update(c, Sql.ADD_SETTING, s -> {
            s.setString(1, name);
            s.setString(2, setting);
        });
    }

    private static Instant countingSince(Connection c) throws SQLException {
        try (Statement s = c.createStatement();
                ResultSet rs = s.executeQuery("SELECT CURRENT_TIMESTAMP")) {
            rs.next();
            String now = rs.getObject(1, OffsetDateTime.class).toInstant().toString();
            addSetting(c, COUNTING_SINCE, now);
        }
        return Database.query(
                        c, Sql.READ_SETTING, s -> s.setString(1, COUNTING_SINCE), rs -> Instant.parse(rs.getString(1)))
                .get(0);
    }
}
