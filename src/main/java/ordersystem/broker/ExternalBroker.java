package ordersystem.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import ordersystem.broker.BrokerKind.Queues;
import ordersystem.broker.BrokerKind.Usage;
import ordersystem.broker.BrokerLoad.QueueLoad;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A message broker that runs elsewhere: connections to it, and what it tells of itself to a client. What it does not tell
 * within a second is not known, which is never shown as 0. Thread-safe; a thread of its own asks.
 */
public final class ExternalBroker implements Broker {

    private static final Logger LOG = LoggerFactory.getLogger(ExternalBroker.class);

    private static final Duration ANSWER = Duration.ofSeconds(1);
    /** Looking at all settings, of a broker that may have to be connected to first. */
    private static final Duration REPORT = Duration.ofSeconds(20);

    private static final Duration LOOK = Duration.ofSeconds(2);

    /** So long what was told last of the store holds: one that is too full to answer is not to count as one with room. */
    private static final Duration HOLDS = Duration.ofMinutes(1);

    /** All queues of ours; what else takes orders in is asked for by name. */
    private static final String OURS = "orders.>";

    /** The queue that the settings to be shown are written for; the configured name takes its place. */
    private static final String LEGACY = "legacy.orders.in";

    private final BrokerAccess access;
    private final Queues queues;
    private final Path dataFolder;
    private final long diskReserve;
    private final Clock clock;
    private final Pulse pulse;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread asking = new Thread(task, "broker-questions");
        asking.setDaemon(true);
        return asking;
    });

    /** Both while there is a connection; the thread's own. */
    private @Nullable BrokerQuestions questions;

    private @Nullable BrokerKind kind;
    private boolean isReported;
    private volatile Room.@Nullable Store store;
    private Instant toldAt = Instant.MIN;

    @FunctionalInterface
    private interface Question<T> {
        T ask(BrokerKind kind) throws JMSException;
    }

    /**
     * @param intake names of the queues that take orders in
     * @param inside names of the queues where orders are on their way
     * @param dataFolder on whose disk the rest of what is kept is
     * @param diskReserve bytes that must be free there, or orders are not taken in
     */
    public ExternalBroker(
            BrokerAccess access,
            Set<String> intake,
            Set<String> inside,
            Path dataFolder,
            long diskReserve,
            Clock clock) {
        this.access = access;
        this.queues = new Queues(intake, inside);
        this.dataFolder = dataFolder;
        this.diskReserve = diskReserve;
        this.clock = clock;
        this.pulse = new Pulse(connectionFactory(), clock);
    }

    @Override
    public ConnectionFactory connectionFactory() {
        return BrokerClient.connectionFactory(access);
    }

    /**
     * Looks at how the broker is set.
     *
     * @throws IllegalStateException in one line, where it does not answer
     */
    public BrokerReport report() {
        try {
            return ask(this::look, REPORT);
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            throw new IllegalStateException("the broker " + access + " does not answer: " + cause.getMessage(), e);
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    "the broker " + access + " has not answered for " + REPORT.toSeconds() + " s", e);
        }
    }

    private BrokerReport look(BrokerKind broker) throws JMSException {
        BrokerReport report = new BrokerReport(
                broker.name() + ", " + access,
                broker.configuration(),
                broker.look(queues),
                settings(broker.configuration()));
        isReported = true;
        return report;
    }

    /**
     * Looks every two seconds how full the store is.
     *
     * @param late is told how the broker is set, where that could not be seen before
     */
    public void watch(Consumer<BrokerReport> late) {
        var unused = thread.scheduleWithFixedDelay(
                () -> {
                    try {
                        lookAt(answer(ExternalBroker::store));
                        if (!isReported) {
                            late.accept(answer(this::look));
                        }
                    } catch (JMSException | RuntimeException e) {
                        lookAt(Optional.empty());
                        LOG.debug("The broker was not looked at: {}", e.toString());
                    }
                },
                0,
                LOOK.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private void lookAt(Optional<Room.Store> told) {
        Instant now = clock.instant();
        if (told.isPresent()) {
            store = told.get();
            toldAt = now;
        } else if (store != null && Duration.between(toldAt, now).abs().compareTo(HOLDS) > 0) {
            store = null;
        }
    }

    private static Optional<Room.Store> store(BrokerKind broker) throws JMSException {
        return broker.usage()
                .map(Usage::store)
                .map(used -> new Room.Store((int) Math.round(used * 100), broker.storeMark(), broker.storeLimit()));
    }

    @Override
    public OptionalLong depth(String queue) {
        return askIfThere(broker -> broker.queues(queue))
                .map(found -> OptionalLong.of(
                        found.getOrDefault(queue, new QueueLoad(0, 0)).depth()))
                .orElse(OptionalLong.empty());
    }

    @Override
    public Optional<BrokerLoad> load() {
        return askIfThere(this::load);
    }

    private Optional<BrokerLoad> load(BrokerKind broker) throws JMSException {
        Optional<Usage> usage = broker.usage();
        if (usage.isEmpty()) {
            return Optional.empty();
        }
        Map<String, QueueLoad> loads = new HashMap<>();
        // One that is not there yet has no messages and no readers.
        EmbeddedBroker.QUEUES.forEach(queue -> loads.put(queue, new QueueLoad(0, 0)));
        broker.queues(OURS).ifPresent(loads::putAll);
        for (String queue : queues.intake()) {
            broker.queues(queue).ifPresent(loads::putAll);
        }
        return Optional.of(new BrokerLoad(usage.get().store(), usage.get().memory(), loads));
    }

    /** Empty where there is no answer. */
    private <T> Optional<T> askIfThere(Question<Optional<T>> question) {
        if (whyAway() != null) {
            return Optional.empty();
        }
        try {
            return ask(question, ANSWER);
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("The broker was asked in vain: {}", e.toString());
            return Optional.empty();
        }
    }

    private <T> T ask(Question<T> question, Duration limit) throws ExecutionException, TimeoutException {
        Future<T> answer = thread.submit(() -> answer(question));
        try {
            return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw e;
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new TimeoutException("interrupted");
        }
    }

    private <T> T answer(Question<T> question) throws JMSException {
        try {
            BrokerKind known = kind;
            if (known == null) {
                questions = new BrokerQuestions(connectionFactory());
                known = BrokerKind.of(questions, clock);
                kind = known;
            }
            return question.ask(known);
        } catch (JMSException | RuntimeException e) {
            hangUp();
            throw e;
        }
    }

    private void hangUp() {
        BrokerQuestions old = questions;
        questions = null;
        kind = null;
        if (old != null) {
            try {
                old.close();
            } catch (JMSException e) {
                LOG.debug("Closing the connection for questions: {}", e.toString());
            }
        }
    }

    @Override
    public Room room() {
        return new Room(store, dataFolder.toFile().getUsableSpace(), diskReserve);
    }

    @Override
    public @Nullable String whyAway() {
        return pulse.whyNone();
    }

    /** What is to stand in the broker's configuration file. */
    private String settings(String file) {
        String legacy = queues.intake().stream()
                .filter(queue -> !queue.equals(Door.INCOMING))
                .findAny()
                .orElse(LEGACY);
        try (InputStream in = ExternalBroker.class.getResourceAsStream(file)) {
            return new String(Objects.requireNonNull(in).readAllBytes(), UTF_8).replace(LEGACY, legacy);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        pulse.close();
        if (!thread.isShutdown()) {
            thread.execute(this::hangUp);
            thread.shutdown();
        }
    }
}
