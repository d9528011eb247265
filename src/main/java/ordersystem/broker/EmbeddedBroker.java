package ordersystem.broker;

import jakarta.jms.ConnectionFactory;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import ordersystem.access.ApiKey;
import org.apache.activemq.broker.BrokerPlugin;
import org.apache.activemq.broker.BrokerRegistry;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.broker.SslContext;
import org.apache.activemq.broker.TransportConnector;
import org.apache.activemq.broker.region.Destination;
import org.apache.activemq.broker.region.DestinationStatistics;
import org.apache.activemq.broker.region.RegionBroker;
import org.apache.activemq.broker.region.policy.AbstractDeadLetterStrategy;
import org.apache.activemq.broker.region.policy.ConstantPendingMessageLimitStrategy;
import org.apache.activemq.broker.region.policy.DeadLetterStrategy;
import org.apache.activemq.broker.region.policy.IndividualDeadLetterStrategy;
import org.apache.activemq.broker.region.policy.PolicyEntry;
import org.apache.activemq.broker.region.policy.PolicyMap;
import org.apache.activemq.broker.region.policy.SharedDeadLetterStrategy;
import org.apache.activemq.command.ActiveMQDestination;
import org.apache.activemq.command.ActiveMQQueue;
import org.apache.activemq.command.ActiveMQTopic;
import org.apache.activemq.usage.SystemUsage;
import org.apache.activemq.usage.Usage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one message broker of this process: ActiveMQ with KahaDB in a folder, set so that an acknowledged message is on
 * disk and stays there. Started and stopped by the program; all methods may be called from any thread.
 */
public final class EmbeddedBroker implements Broker {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);

    private static final long MB = 1024 * 1024;

    /** Where the broker puts what it, or a client, gives up. */
    static final String FULFILLED = "orders.fulfilled";

    static final String STRAYS = "orders.strays";
    private static final String OURS = "orders.";

    /** What becomes of orders, for whoever subscribes. */
    private static final String EVENTS = "orders.events";

    private static final int EVENTS_HIGH_WATER_PERCENT = 50;
    private static final int EVENTS_AHEAD = 10_000;

    private static final Duration EXPIRE_EVERY = Duration.ofSeconds(10);
    /**
     * Messages that are looked at in one go. Nobody uses the store meanwhile, and each takes a fifth of a millisecond: 200 a second
     * at most go, which is a hundred times the events of a normal day. What comes faster is refused from half of the store on.
     */
    private static final int MOST_EXPIRED = 2_000;

    static final String DEAD_LETTERS_OF = "DLQ.";

    /** Always told of, also before the first message; the lanes' own are there once somebody reads them. */
    static final Set<String> QUEUES = Set.of(Door.INCOMING, FULFILLED, STRAYS, DEAD_LETTERS_OF + FULFILLED);

    /** Clients may make queues of any name, and each is a time series to whoever watches. */
    private static final int MOST_QUEUES = 100;

    /** An order of 1 MB and as much again, so that one that is a little too big is kept as invalid and not cut off. */
    private static final long MAX_FRAME_SIZE = 2 * MB;

    private static final String CONNECTOR = "openwire";

    private static final int MAX_CONNECTIONS = 200;

    /** Messages of the intake that are read from the store at a time: a high order waits behind these, not more. */
    private static final int PAGE = 50;

    /** With -Xmx256m; what does not fit waits in the store. */
    private static final long MEMORY_LIMIT = 64 * MB;

    private static final long TEMP_LIMIT = 256 * MB;

    /** How long a send waits for room before it fails. It blocks its whole connection meanwhile. */
    private static final Duration WAIT_FOR_ROOM = Duration.ofMillis(100);

    /**
     * The store writes an index page anew for each message that comes or goes; at ActiveMQ's 4 KB that was a third of all
     * processor time. An index that is there keeps the size it was made with.
     */
    private static final int INDEX_PAGE_BYTES = 1024;

    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

    private static final String INSIDER = "ordersystem";

    /** How this process proves to be itself where users are asked for; made anew at each start. */
    private final String insider = ApiKey.make().secret();

    private final BrokerSettings settings;
    private final BrokerService broker = new BrokerService();
    private volatile boolean running;

    /**
     * Starts the broker, which takes the longer the more messages an unclean stop has left.
     *
     * @param onFault called once, on a thread of its own, when the disk refuses a write, or is full. The broker stops
     *     itself then; the process must end and be started again, which reads the journal anew
     * @throws IllegalStateException in one line: folder in use, connector's address in use, or store not readable
     */
    public EmbeddedBroker(BrokerSettings settings, Consumer<IOException> onFault) {
        this.settings = settings;
        if (BrokerRegistry.getInstance().lookup(settings.name()) != null) {
            // Checked first: a second start under the name would take the first one's off the registry when it fails.
            throw new IllegalStateException("a broker named " + settings.name() + " runs in this process already");
        }
        try {
            Files.createDirectories(settings.folder());
            MessageJournal journal = new MessageJournal(settings.folder());
            journal.setJournalMaxFileLength(settings.journalFileLength());
            journal.setCleanupInterval(BrokerSettings.CLEANUP_INTERVAL.toMillis());
            journal.getStore().getPageFile().setPageSize(INDEX_PAGE_BYTES);
            broker.setPersistenceAdapter(journal);
            StoreFaults faults = new StoreFaults(journal, onFault);
            broker.setIoExceptionHandler(faults);
            broker.addShutdownHook(() -> {
                if (running) {
                    faults.tell(new IOException("the broker stopped by itself; its folder's lock was taken away"));
                }
            });
            configure();
            broker.start();
            running = true;
        } catch (Exception e) {
            close();
            throw new IllegalStateException(whyNotStarted(e), e);
        }
    }

    private void configure() throws Exception {
        broker.setBrokerName(settings.name());
        broker.setDataDirectoryFile(settings.folder().toFile());
        broker.setTmpDataDirectory(settings.folder().resolve("tmp").toFile());
        broker.setUseShutdownHook(false);
        broker.setSchedulerSupport(false);
        broker.setUseJmx(true);
        broker.getManagementContext().setCreateConnector(false);
        // Advisories stay on: without them a client at its defaults takes every reply queue for deleted.
        broker.setAdvisorySupport(true);

        SystemUsage usage = broker.getSystemUsage();
        usage.getMemoryUsage().setLimit(MEMORY_LIMIT);
        usage.getStoreUsage().setLimit(settings.storeLimit());
        usage.getTempUsage().setLimit(TEMP_LIMIT);
        usage.setSendFailIfNoSpaceAfterTimeout(WAIT_FOR_ROOM.toMillis());

        broker.setDestinationPolicy(policies(settings));
        List<BrokerPlugin> plugins = new ArrayList<>();
        plugins.add(next -> new IntakePolicy(next, settings.intake()));
        plugins.add(FailedCommitFilter::new);
        if (settings.protection().users() != null) {
            plugins.addAll(ConnectorAccess.plugins(
                    settings.protection().users(),
                    insider,
                    settings.intake(),
                    Set.of(FULFILLED, DEAD_LETTERS_OF + FULFILLED),
                    Set.of(EVENTS)));
        }
        broker.setPlugins(plugins.toArray(BrokerPlugin[]::new));
        if (settings.protection().certificate() != null) {
            broker.setSslContext(
                    new SslContext(settings.protection().certificate().keyManagers(), null, null));
        }

        if (settings.connector() != null) {
            connect(settings.connector(), CONNECTOR);
        }
        for (String other : settings.otherConnectors()) {
            connect(other, URI.create(other).getScheme());
        }
    }

    /** What holds for each queue and topic. */
    static PolicyMap policies(BrokerSettings settings) {
        PolicyEntry hops = hops();
        // No patterns: where a pattern and a name both fit, the broker picks one by chance.
        PolicyMap policies = new PolicyMap() {
            @Override
            public PolicyEntry getEntryFor(ActiveMQDestination destination) {
                PolicyEntry entry = super.getEntryFor(destination);
                boolean ours =
                        destination.isQueue() && destination.getPhysicalName().startsWith(OURS);
                return entry == getDefaultEntry() && ours ? hops : entry;
            }
        };
        policies.setDefaultEntry(others());
        // What a reader of fulfilled orders gives up is that reader's: it must not come back into our own flow.
        policies.put(new ActiveMQQueue(FULFILLED), queuesInGeneral());
        // Where orders enter; refused from there on.
        settings.intake()
                .forEach(queue -> policies.put(
                        new ActiveMQQueue(queue),
                        intake(
                                queue.equals(Door.INCOMING)
                                        ? BrokerSettings.INTAKE_HIGH_WATER_PERCENT
                                        : BrokerSettings.LEGACY_HIGH_WATER_PERCENT)));
        policies.put(new ActiveMQQueue(STRAYS), strays());
        policies.put(new ActiveMQTopic(EVENTS), events());
        return policies;
    }

    private void connect(String connector, String name) throws Exception {
        URI uri = URI.create(connector);
        String limits = "maximumConnections=" + MAX_CONNECTIONS + "&wireFormat.maxFrameSize=" + MAX_FRAME_SIZE;
        if (uri.getScheme().startsWith("amqp")) {
            limits +=
                    "&transport.transformer=jms"; // as it is, a message would be its frame, which only AMQP clients can
            // read
        }
        broker.addConnector(uri + (uri.getQuery() == null ? "?" : "&") + limits).setName(name);
    }

    private static PolicyEntry queuesInGeneral() {
        PolicyEntry entry = new PolicyEntry();
        // Without this a message is held as bytes and as objects, more than twice what the memory limit counts for it.
        entry.setReduceMemoryFootprint(true);
        // No flow control by memory: what does not fit is paged to the store. The store's own limit holds all the same.
        entry.setProducerFlowControl(false);
        entry.setExpireMessagesPeriod(0);
        entry.setGcInactiveDestinations(false);
        IndividualDeadLetterStrategy deadLetters = new IndividualDeadLetterStrategy();
        deadLetters.setQueuePrefix(DEAD_LETTERS_OF);
        entry.setDeadLetterStrategy(keepingAll(deadLetters));
        return entry;
    }

    private static PolicyEntry hops() {
        PolicyEntry entry = queuesInGeneral();
        SharedDeadLetterStrategy strategy = new SharedDeadLetterStrategy();
        strategy.setDeadLetterQueue(new ActiveMQQueue(STRAYS));
        entry.setDeadLetterStrategy(keepingAll(strategy));
        return entry;
    }

    /**
     * Queues that are not ours: for replies, and of clients. What expires there goes. Orders do not expire (IntakePolicy), and
     * nothing looks for it: looking reads the whole queue, and nobody is served meanwhile.
     */
    private static PolicyEntry others() {
        PolicyEntry entry = hops();
        ((SharedDeadLetterStrategy) entry.getDeadLetterStrategy()).setProcessExpired(false);
        entry.setExpireMessagesPeriod(EXPIRE_EVERY.toMillis());
        entry.setMaxExpirePageSize(MOST_EXPIRED);
        return entry;
    }

    private static PolicyEntry intake(int highWaterPercent) {
        PolicyEntry entry = hops();
        entry.setPrioritizedMessages(true);
        // With the cache on, what came first sits in memory and is dispatched before a later message of high priority.
        entry.setUseCache(false);
        entry.setMaxPageSize(PAGE);
        entry.setStoreUsageHighWaterMark(highWaterPercent);
        return entry;
    }

    /** Durable subscribers that are away must not fill the store: an event expires, and is refused long before an order is. */
    private static PolicyEntry events() {
        PolicyEntry entry = new PolicyEntry();
        entry.setProducerFlowControl(false);
        entry.setExpireMessagesPeriod(EXPIRE_EVERY.toMillis());
        entry.setMaxExpirePageSize(MOST_EXPIRED);
        ConstantPendingMessageLimitStrategy latest = new ConstantPendingMessageLimitStrategy();
        latest.setLimit(EVENTS_AHEAD);
        entry.setPendingMessageLimitStrategy(latest); // a slow subscriber that is not durable loses the oldest
        entry.setStoreUsageHighWaterMark(EVENTS_HIGH_WATER_PERCENT);
        SharedDeadLetterStrategy dropped = new SharedDeadLetterStrategy();
        dropped.setProcessExpired(false);
        dropped.setProcessNonPersistent(false);
        entry.setDeadLetterStrategy(dropped);
        return entry;
    }

    private static PolicyEntry strays() {
        PolicyEntry entry = queuesInGeneral();
        // Never refused: the broker drops a dead letter that it cannot send.
        entry.setStoreUsageHighWaterMark(Integer.MAX_VALUE);
        return entry;
    }

    private static DeadLetterStrategy keepingAll(AbstractDeadLetterStrategy strategy) {
        strategy.setProcessNonPersistent(true);
        strategy.setProcessExpired(true);
        strategy.setEnableAudit(false);
        return strategy;
    }

    private String whyNotStarted(Exception e) {
        if (MessageJournal.isLocked(e)) {
            return "orders.data-dir: " + settings.folder()
                    + " is in use by another OrderSystem; stop that one, or choose another folder";
        }
        if (e instanceof BindException || e.getCause() instanceof BindException) {
            return "orders.broker.connector: " + settings.connector()
                    + " is in use; stop what listens there, or choose another port";
        }
        return "the broker could not start in " + settings.folder() + ": " + e.getMessage();
    }

    @Override
    public ConnectionFactory connectionFactory() {
        return BrokerClient.connectionFactory(new BrokerAccess(url(), INSIDER, insider, null, "", null, ""));
    }

    /** Where this broker is found from inside its process. Never starts another broker. */
    public String url() {
        return "vm://" + settings.name() + "?create=false";
    }

    /** Where clients of other processes connect, with the port that was taken; empty where there is no connector. */
    public Optional<URI> connector() {
        return Optional.ofNullable(broker.getTransportConnectorByName(CONNECTOR))
                .map(EmbeddedBroker::address);
    }

    private static URI address(TransportConnector connector) {
        try {
            URI uri = connector.getServer().getConnectURI();
            return URI.create(uri.getScheme() + "://" + uri.getAuthority());
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException("the connector has no address", e);
        }
    }

    @Override
    public OptionalLong depth(String queue) {
        RegionBroker region = (RegionBroker) broker.getRegionBroker();
        Destination destination = region.getDestinationMap().get(new ActiveMQQueue(queue));
        return OptionalLong.of(
                destination == null
                        ? 0
                        : destination.getDestinationStatistics().getMessages().getCount());
    }

    /** Read from counters; no message is touched. */
    @Override
    public Optional<BrokerLoad> load() {
        SystemUsage usage = broker.getSystemUsage();
        Map<String, BrokerLoad.QueueLoad> queues = new TreeMap<>();
        for (String queue : QUEUES) {
            // One that is not there yet has no messages and no readers.
            queues.put(queue, new BrokerLoad.QueueLoad(0, 0));
        }
        ((RegionBroker) broker.getRegionBroker()).getDestinationMap().forEach((name, destination) -> {
            if (isOurs(name) && (queues.containsKey(name.getPhysicalName()) || queues.size() < MOST_QUEUES)) {
                DestinationStatistics statistics = destination.getDestinationStatistics();
                queues.put(
                        name.getPhysicalName(),
                        new BrokerLoad.QueueLoad(
                                statistics.getMessages().getCount(),
                                statistics.getConsumers().getCount()));
            }
        });
        return Optional.of(new BrokerLoad(share(usage.getStoreUsage()), share(usage.getMemoryUsage()), queues));
    }

    private boolean isOurs(ActiveMQDestination name) {
        String queue = name.getPhysicalName();
        return name.isQueue()
                && !name.isTemporary()
                && (queue.startsWith(OURS)
                        || QUEUES.contains(queue)
                        || settings.intake().contains(queue));
    }

    private static double share(Usage<?> usage) {
        return usage.getLimit() == 0 ? 0 : (double) usage.getUsage() / usage.getLimit();
    }

    /** Used share of the store limit; above 100 where the last messages were big. */
    public int storePercentUsed() {
        return broker.getSystemUsage().getStoreUsage().getPercentUsage();
    }

    @Override
    public Room room() {
        return new Room(storePercentUsed(), settings.folder().toFile().getUsableSpace(), settings.diskReserve());
    }

    /** Never: when it cannot go on, the process ends. */
    @Override
    public @Nullable String whyAway() {
        return null;
    }

    /** Stops the broker, and gives up waiting after 20 s; what is not finished then is read from the journal at start. */
    @Override
    public void close() {
        running = false;
        Thread stop = new Thread(this::stop, "broker-stop");
        stop.setDaemon(true);
        stop.start();
        try {
            stop.join(STOP_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (stop.isAlive()) {
            LOG.warn(
                    "The broker has not stopped within {} s; it will read its journal at the next start",
                    STOP_LIMIT.toSeconds());
        }
    }

    private void stop() {
        try {
            broker.stop();
            broker.waitUntilStopped();
        } catch (Exception e) {
            LOG.warn("The broker did not stop cleanly; it will read its journal at the next start", e);
        }
    }
}
