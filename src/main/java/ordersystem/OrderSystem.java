package ordersystem;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.jms.ConnectionFactory;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.ObjectName;
import ordersystem.access.ApiKeys;
import ordersystem.access.Certificate;
import ordersystem.access.Users;
import ordersystem.admission.Admission;
import ordersystem.admission.AdmissionControl;
import ordersystem.admission.Mode;
import ordersystem.audit.Audit;
import ordersystem.audit.Repair;
import ordersystem.brake.BrakeState;
import ordersystem.brake.Fulfilment;
import ordersystem.brake.MaintenanceSwitch;
import ordersystem.brake.OutageBrake;
import ordersystem.broker.Broker;
import ordersystem.broker.BrokerAccess;
import ordersystem.broker.BrokerReport;
import ordersystem.broker.BrokerSettings;
import ordersystem.broker.Door;
import ordersystem.broker.EmbeddedBroker;
import ordersystem.broker.ExternalBroker;
import ordersystem.broker.Finding;
import ordersystem.http.AdmissionApi;
import ordersystem.http.DeadLetterApi;
import ordersystem.http.FulfilmentApi;
import ordersystem.http.HttpServers;
import ordersystem.http.OpenApi;
import ordersystem.http.OrderApi;
import ordersystem.http.Problems;
import ordersystem.http.RecoveryApi;
import ordersystem.http.RoutesApi;
import ordersystem.http.WaitingApi;
import ordersystem.jmx.DescribedMBean;
import ordersystem.ledger.Action.By;
import ordersystem.ledger.Ledger;
import ordersystem.ledger.LedgerCopy;
import ordersystem.ledger.LedgerUnavailableException;
import ordersystem.ledger.LedgerUnsafeException;
import ordersystem.ledger.PastOrders;
import ordersystem.monitoring.AdmissionMXBean;
import ordersystem.monitoring.AdmissionSwitch;
import ordersystem.monitoring.Alarms;
import ordersystem.monitoring.CriticalTimes;
import ordersystem.monitoring.DeadLetters;
import ordersystem.monitoring.DeadLettersMXBean;
import ordersystem.monitoring.Figures;
import ordersystem.monitoring.FiguresCheck;
import ordersystem.monitoring.Metrics;
import ordersystem.monitoring.OrderEvents;
import ordersystem.monitoring.Readiness;
import ordersystem.monitoring.Standing;
import ordersystem.order.Lane;
import ordersystem.order.LegacyOrders;
import ordersystem.order.OrderReader;
import ordersystem.order.OrderXml;
import ordersystem.processing.LaneRules;
import ordersystem.processing.OrderProcessor;
import ordersystem.processing.OrderStats;
import ordersystem.reload.LiveRoutes;
import ordersystem.reload.Placeholders;
import ordersystem.reload.RouteCheck;
import ordersystem.reload.Routes;
import ordersystem.reload.RoutesRefusedException;
import ordersystem.transaction.Batch;
import ordersystem.transaction.BrokenJvm;
import ordersystem.transaction.Courier;
import ordersystem.transaction.DeliveryLedger;
import ordersystem.transaction.Dispatch;
import ordersystem.transaction.InHand;
import ordersystem.transaction.OrderMessaging;
import ordersystem.transaction.OrderTopic;
import ordersystem.transaction.Precautions;
import ordersystem.transaction.Quarantine;
import ordersystem.transaction.TimeLimit;
import ordersystem.transaction.Turns;
import ordersystem.transaction.Witness;
import ordersystem.waiting.AdmissionWatch;
import ordersystem.waiting.Erasure;
import ordersystem.waiting.Recovery;
import ordersystem.waiting.Releaser;
import ordersystem.waiting.WaitingRoom;
import org.apache.camel.CamelContext;
import org.apache.camel.component.micrometer.MicrometerConstants;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.jspecify.annotations.Nullable;
import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * OrderSystem as one object: everything is made and put together here, by hand, and stopped in the opposite order. What
 * happens to an order stands in {@code routes/}.
 */
public final class OrderSystem implements AutoCloseable {

    static {
        ConfigFolder.tellLibraries();
    }

    private static final Logger LOG = LoggerFactory.getLogger(OrderSystem.class);

    /** EX_TEMPFAIL of sysexits.h: start me again. */
    private static final int EXIT_RESTART = 75;

    /** What asking the ledger for known ids may add to an answer. */
    private static final Duration KNOWN_ORDERS_LOOKUP = Duration.ofMillis(50);

    /** How long a high order that has been read goes on being held by its intake batch. */
    private static final Duration HIGH_ORDER_WAITS_FOR_OTHERS = Duration.ofMillis(5);

    /**
     * How long work holds back, at most, before each batch while more orders come in than can be taken in. Reading does so
     * for less: a high order is not known as one before it is read.
     */
    private static final Duration READING_HOLDS_BACK = Duration.ofMillis(250);

    private static final Duration NORMAL_WORK_HOLDS_BACK = Duration.ofSeconds(2);

    /** One a consumer group: the broker takes what comes over one in turn, commits over several share a disk sync. */
    private static final int CONNECTIONS = 8;

    /** What Camel and its HTTP servers bind for themselves; no route names it. */
    private static final Pattern LIBRARIES =
            Pattern.compile("(org\\.apache\\.camel|io\\.vertx|io\\.micrometer|java)\\.");

    private final Settings settings;
    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private final CountDownLatch stopped = new CountDownLatch(1);

    private volatile @Nullable Figures figures;

    public OrderSystem(Settings settings) {
        this.settings = settings;
    }

    public static void main(String[] arguments) {
        System.exit(Commands.execute(arguments));
    }

    /**
     * Starts everything; returns when orders are taken in.
     *
     * @param out is told where everything is
     * @throws StartException where that is not possible, with what to do; everything is stopped again then
     */
    public void start(PrintWriter out) {
        try {
            startAll();
            tell(out);
        } catch (StartException e) {
            close();
            throw e;
        } catch (LedgerUnsafeException
                | LedgerUnavailableException
                | IllegalArgumentException
                | IllegalStateException e) {
            close();
            throw new StartException(String.valueOf(e.getMessage()), e);
        } catch (Exception e) {
            close();
            throw new StartException("cannot start: " + rootCause(e), e);
        }
    }

    private void startAll() throws Exception {
        Clock clock = Clock.systemUTC();
        Ledger ledger = opened(openLedger(settings));
        TimeLimit timeLimit =
                opened(new TimeLimit(settings.duration("orders.fulfilment.time-limit"), OrderSystem::halt));
        InHand inHand = InHand.open(settings.path("orders.data-dir"));
        Precautions precautions =
                new Precautions(new Quarantine(ledger.suspects(), inHand), timeLimit, OrderSystem::halt);

        Certificate certificate = certificate(settings);
        Consumer<Throwable> brokerFault = fault -> {
            inHand.acquit();
            halt(fault);
        };
        Broker broker = hasEmbeddedBroker(settings)
                ? opened(embeddedBroker(certificate, brokerFault))
                : externalBroker(clock, brokerFault);
        // Who sends has a factory, and so connections, of his own: one that must wait for room blocks its whole
        // connection.
        ConnectionFactory connections = broker.connectionFactory();
        JmsPoolConnectionFactory pool = new JmsPoolConnectionFactory();
        pool.setConnectionFactory(connections);
        // Consumers are bounded by configuration; a limit here would hang the ones that start last.
        pool.setMaxSessionsPerConnection(-1);
        pool.setMaxConnections(CONNECTIONS);
        running.push(pool::stop);

        OrderReader reader = new OrderReader();
        MaintenanceSwitch maintenance = new MaintenanceSwitch(ledger, clock);
        OutageBrake brake = new OutageBrake(brakeLimits(), steadyClock(), maintenance::isOn);
        Fulfilment fulfilment = new Fulfilment(brake, maintenance, clock);
        Duration targetDelay = settings.duration("orders.admission.target-delay");
        AdmissionControl configured = AdmissionControl.start(
                Mode.valueOf(settings.text("orders.admission.mode").toUpperCase(Locale.ROOT)),
                settings.number("orders.admission.probability"),
                targetDelay);
        Admission admission = new Admission(configured);
        AdmissionWatch admissionWatch = new AdmissionWatch(
                ledger, admission, configured, targetDelay, () -> fulfilment.state() == BrakeState.CLOSED);
        Supplier<OptionalLong> arriving = () -> sum(intake(settings), broker::depth);
        Alarms alarms = new Alarms(clock);
        FiguresCheck figuresCheck = new FiguresCheck(
                ledger,
                broker::depth,
                fulfilment::status,
                broker::room,
                admissionWatch,
                settings.durations("orders.retry.delays").stream().reduce(Duration.ZERO, Duration::plus),
                alarms,
                clock);
        CriticalTimes times = new CriticalTimes(io.micrometer.core.instrument.Clock.SYSTEM);
        Figures live =
                new Figures(ledger, arriving, fulfilment::status, admissionWatch, times, figuresCheck, alarms, clock);
        figures = live;
        LaneRules lanes = new LaneRules(settings.laneRules());
        OrderProcessor processor = new OrderProcessor(admission, live, lanes::lane);
        DeliveryLedger deliveryLedger = new DeliveryLedger(settings.isOn("orders.ledger.keep-message"));
        Door door = new Door(
                broker.connectionFactory(),
                ledger::knownHashes,
                lanes::lane,
                () -> broker.room().isForMore(),
                doorLimits());

        Main camel = new Main();
        camel.setDefaultPropertyPlaceholderLocation("false");
        camel.setOverrideProperties(settings.asProperties());
        // Routes loads the route files, and Camel's own reload would lose some of them.
        camel.configure().setRoutesReloadEnabled(false);
        // Settings has read and checked the environment; what it refused must not come in past it.
        camel.configure().setAutoConfigurationEnvironmentVariablesEnabled(false);
        camel.configure().setAutoConfigurationSystemPropertiesEnabled(false);
        MeterRegistry registry = new SimpleMeterRegistry();
        if (settings.isOn("camel.metrics.enabled")) {
            registry = new Metrics(live, figuresCheck::deadLetters, broker::load, clock).registry();
            camel.bind(MicrometerConstants.METRICS_REGISTRY_NAME, registry);
        }
        Courier replies = opened(new Courier("replies", broker.connectionFactory()));
        Witness events = new OrderEvents(registry, times, clock);
        Witness witness = settings.text("orders.events.mode").equals("on")
                ? Witness.both(
                        events,
                        new OrderTopic(
                                opened(new Courier("events", broker.connectionFactory())),
                                settings.duration("orders.events.time-to-live"),
                                clock))
                : events;
        camel.bind("orderReader", reader);
        camel.bind("orderXml", new OrderXml());
        camel.bind("legacyOrders", new LegacyOrders(reader, Charset.forName(settings.text("orders.legacy.encoding"))));
        camel.bind("orderProcessor", processor);
        camel.bind("ledger", deliveryLedger);
        camel.bind("waitingRoom", new WaitingRoom(settings.durations("orders.retry.delays"), deliveryLedger));
        camel.bind("figures", live);
        camel.bind("figuresCheck", figuresCheck);
        camel.bind("fulfilment", fulfilment);
        camel.bind("fulfilmentApi", new FulfilmentApi(fulfilment));
        camel.bind("door", door);
        camel.bind("orderApi", new OrderApi(reader, door, ledger, arriving));
        Recovery recovery =
                new Recovery(ledger, reader, lanes::lane, () -> Optional.ofNullable(fulfilment.whyReplaysWait())
                        .orElseGet(admissionWatch::whyReplaysWait));
        camel.bind("admissionWatch", admissionWatch);
        camel.bind("admissionApi", new AdmissionApi(admissionWatch));
        camel.bind("recovery", recovery);
        camel.bind("deadLetterApi", new DeadLetterApi(recovery));
        camel.bind("recoveryApi", new RecoveryApi(recovery));
        camel.bind("openApi", new OpenApi());
        camel.bind("problems", new Problems());
        camel.bind("waitingApi", new WaitingApi(ledger));
        PastOrders pastOrders = ledger.pastOrders(settings.durationOrForever("orders.ledger.keep-processed"));
        camel.bind("pastOrders", pastOrders);
        Turns messages = new Turns();
        Turns requests = new Turns();
        camel.addMainListener(new HttpServers(
                port("camel.server", certificate), port("camel.management", certificate), access(), requests));
        AtomicReference<Routes> routes = new AtomicReference<>();
        camel.addMainListener(new MainListenerSupport() {
            @Override
            public void beforeConfigure(BaseMainSupport main) {
                Placeholders.areSettings(main.getCamelContext());
                lanes.compile(main.getCamelContext());
                OrderMessaging.install(
                        main.getCamelContext(),
                        pool,
                        batches(),
                        ledger,
                        door::isBusy,
                        precautions,
                        brake,
                        witness,
                        replies,
                        messages);
                new Readiness(door, broker::room, broker::whyAway, ledger).register(main.getCamelContext());
                Standing.register(main.getCamelContext(), "fulfilment", () -> fulfilment
                        .status()
                        .words());
                Standing.register(main.getCamelContext(), "high-lane", figuresCheck::highLane);
                Standing.register(main.getCamelContext(), "admission", live::admission);
                main.getCamelContext()
                        .getRegistry()
                        .bind(
                                "releaser",
                                new Releaser(
                                        ledger,
                                        new Dispatch(connections),
                                        main.getCamelContext().createProducerTemplate(),
                                        "direct:route-by-priority-lane",
                                        settings.integer("orders.release.batch")));
                Routes edited = routes(main.getCamelContext(), messages, requests, clock);
                main.getCamelContext().getRegistry().bind("routesApi", new RoutesApi(edited));
                Standing.register(main.getCamelContext(), "route-files", () -> edited.status()
                        .words());
                routes.set(edited);
            }

            @Override
            public void afterConfigure(BaseMainSupport main) {
                load(Objects.requireNonNull(routes.get()));
            }
        });
        running.push(camel::stop);
        running.push(pastOrders);
        // Closed first: nobody is let in any more while the orders in hand are finished.
        running.push(door);
        camel.start();
        Routes edited = Objects.requireNonNull(routes.get());
        edited.watch();
        running.push(edited);
        running.push(register(Routes.OBJECT_NAME, edited.mbean()));
        running.push(register(Figures.OBJECT_NAME, live.mbean()));
        running.push(register(
                "ordersystem:type=DeadLetters",
                new DescribedMBean(new DeadLetters(recovery), DeadLettersMXBean.class)));
        running.push(register(Fulfilment.OBJECT_NAME, fulfilment.mbean()));
        running.push(register(
                AdmissionSwitch.OBJECT_NAME,
                new DescribedMBean(new AdmissionSwitch(admissionWatch, live::recent), AdmissionMXBean.class)));
    }

    /**
     * The live figures, for whoever runs this in a JVM of his own: what REST, JMX and Prometheus show.
     *
     * @throws LedgerUnavailableException while the ledger is away
     */
    public OrderStats getOrderStats() {
        Figures live = figures;
        if (live == null) {
            throw new IllegalStateException("not started");
        }
        return live.get();
    }

    private HttpServers.Access access() {
        Path keys = settings.file(Settings.KEY_FILE);
        return new HttpServers.Access(
                keys == null ? null : new ApiKeys(keys), users(Settings.USERS), settings.names("orders.http.names"));
    }

    private HttpServers.Port port(String server, @Nullable Certificate certificate) {
        return new HttpServers.Port(
                settings.integer(server + ".port"), settings.isBeyondLoopback(server + ".host") ? certificate : null);
    }

    private @Nullable Users users(String setting) {
        Path file = settings.file(setting);
        return file == null ? null : new Users(file, setting);
    }

    /** Null where there is none. */
    static @Nullable Certificate certificate(Settings settings) {
        Path keyStore = settings.file(Settings.KEY_STORE);
        return keyStore == null ? null : new Certificate(keyStore, settings.text(Settings.KEY_STORE_PASSWORD));
    }

    private String address(String server) {
        boolean tls = settings.isBeyondLoopback(server + ".host") && settings.file(Settings.KEY_STORE) != null;
        return (tls ? "https://" : "http://") + settings.text(server + ".host") + ":" + settings.text(server + ".port");
    }

    private void tell(PrintWriter out) {
        String api = address("camel.server");
        String management = address("camel.management");
        boolean key = settings.file(Settings.KEY_FILE) != null;
        out.println("OrderSystem is ready.");
        out.println("  post orders   curl -i " + api + "/api/orders -H 'Content-Type: application/json'"
                + (key ? " -H 'Authorization: Bearer KEY'" : "") + " -d @order.json");
        out.println("  watch it      " + management + "/" + (key ? "" : "   (to look only: " + api + "/)"));
        out.println("  Hawtio        " + management + "/hawtio/");
        if (hasEmbeddedBroker(settings)) {
            String connector = settings.text("orders.broker.connector");
            out.println("  connect JMS   "
                    + (connector.equals("none")
                            ? "not by OpenWire: orders.broker.connector=none"
                            : connector + "   in: orders.incoming   out: orders.fulfilled"));
        } else {
            out.println("  broker        " + settings.text("orders.broker.url"));
        }
        out.println("  edit routes   " + settings.path("orders.routes-dir") + "   while it runs");
        out.println("  data          " + settings.path("orders.data-dir"));
        out.println("Ctrl-C finishes the orders in hand and stops.");
        out.flush();
    }

    private Routes routes(CamelContext context, Turns messages, Turns requests, Clock clock) {
        return new Routes(
                settings.path("orders.routes-dir"),
                settings.path("orders.data-dir").resolve("routes"),
                () -> routeCheck(settings, beans(context)),
                new LiveRoutes(context, messages, requests),
                clock);
    }

    private static void load(Routes routes) {
        try {
            routes.load();
        } catch (RoutesRefusedException e) {
            throw new StartException("the route files are wrong:" + System.lineSeparator() + e.getMessage(), e);
        } catch (Exception e) {
            throw new StartException("the route files cannot be loaded: " + rootCause(e), e);
        }
    }

    /** What is bound by name; in the running system that is more than {@link RouteBeans} knows. */
    private static Map<String, Class<?>> beans(CamelContext context) {
        Map<String, Class<?>> beans = new HashMap<>();
        context.getRegistry().findByTypeWithName(Object.class).forEach((name, bean) -> {
            Class<?> type = bean.getClass();
            if (!type.isHidden()
                    && !type.isAnonymousClass()
                    && !LIBRARIES.matcher(type.getName()).lookingAt()) {
                beans.put(name, type);
            }
        });
        return beans;
    }

    private static RouteCheck routeCheck(Settings settings, Map<String, Class<?>> beans) {
        return new RouteCheck(
                settings.asProperties(), beans, settings.laneRules().keySet(), OrderMessaging::installWithoutBroker);
    }

    /** The check of route files that a running system makes, without one: of beans it knows those of OrderSystem. */
    public static RouteCheck routeCheck(Settings settings) {
        return routeCheck(settings, RouteBeans.TYPES);
    }

    private Door.Limits doorLimits() {
        return new Door.Limits(
                settings.integer("orders.intake.flush-size"),
                settings.duration("orders.intake.flush-delay"),
                KNOWN_ORDERS_LOOKUP,
                settings.duration("orders.intake.time-limit"));
    }

    /** Goes on evenly when the machine's clock is set: an outage is over when it is over. */
    private static Clock steadyClock() {
        Instant start = Instant.now();
        long begin = System.nanoTime();
        InstantSource steady = () -> start.plusNanos(System.nanoTime() - begin);
        return steady.withZone(ZoneOffset.UTC);
    }

    private OutageBrake.Limits brakeLimits() {
        return new OutageBrake.Limits(
                settings.text("orders.brake.mode").equals("on"),
                settings.integer("orders.brake.failure-rate"),
                settings.integer("orders.brake.window"),
                settings.integer("orders.brake.minimum-turns"),
                settings.duration("orders.brake.probe-interval"),
                settings.duration("orders.brake.ramp"));
    }

    private static Ledger openLedger(Settings settings) {
        return Ledger.open(
                settings.ledgerUrl(),
                settings.text("orders.ledger.user"),
                settings.text("orders.ledger.password"),
                settings.text("orders.instance"),
                settings.integer("orders.ledger.connections"));
    }

    /**
     * Recounts a system that is not running, and prints what it found.
     *
     * @return whether everything is accounted for
     */
    public static boolean audit(Settings settings, PrintWriter out) {
        return withLedger(
                settings,
                ledger -> new Audit(ledger, hasEmbeddedBroker(settings) ? brokerFolder(settings) : null).run(out));
    }

    /**
     * Recounts as {@link #audit}, and makes orders whose message is lost go on from the message that the ledger keeps.
     *
     * @return whether everything is accounted for then
     * @throws StartException also with an external broker
     */
    public static boolean repair(Settings settings, PrintWriter out) {
        if (!hasEmbeddedBroker(settings)) {
            throw new StartException(
                    "audit --repair: orders.broker.url names an external broker, whose messages cannot be"
                            + " seen from here, so no order can be called lost; audit without --repair recounts the ledger");
        }
        return withLedger(settings, ledger -> new Repair(ledger, brokerFolder(settings)).run(out));
    }

    /**
     * Takes a customer's data out of the ledger, and prints a line for each order.
     *
     * @param onlyLook changes nothing
     * @param by who does it, and why
     * @return whether nothing is left
     */
    public static boolean erase(Settings settings, String customerId, boolean onlyLook, By by, PrintWriter out) {
        boolean nothingIsLeft = withLedger(
                settings, ledger -> new Erasure(ledger, new OrderReader(), customerId, onlyLook, by, out).run());
        if (!settings.isOn("orders.ledger.keep-message")) {
            out.println("Orders on their way were not looked at: their messages are in the broker only"
                    + " (orders.ledger.keep-message=false). Run it again when they are through.");
        }
        return nothingIsLeft;
    }

    /**
     * Copies the embedded ledger of the data folder into the one that the settings name.
     *
     * @throws StartException where they name the embedded one, or there is none
     */
    public static void copyLedger(Settings settings, PrintWriter out) {
        if (settings.text("orders.ledger.url").equals(Settings.EMBEDDED)) {
            throw new StartException("copy-ledger: orders.ledger.url is 'embedded', which is what is copied;"
                    + " set it to the database that the ledger is to go on in");
        }
        Path file = settings.path("orders.data-dir").resolve("ledger/ledger.mv.db");
        if (!Files.isRegularFile(file)) {
            throw new StartException("copy-ledger: there is no embedded ledger, " + file);
        }
        try {
            LedgerCopy.run(
                    new LedgerCopy.Place(settings.embeddedLedgerUrl(), "", ""),
                    new LedgerCopy.Place(
                            settings.ledgerUrl(),
                            settings.text("orders.ledger.user"),
                            settings.text("orders.ledger.password")),
                    out);
        } catch (LedgerUnsafeException | LedgerUnavailableException | IllegalStateException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    private static boolean withLedger(Settings settings, Predicate<Ledger> work) {
        try (Ledger ledger = openLedger(settings)) {
            return work.test(ledger);
        } catch (LedgerUnsafeException | LedgerUnavailableException | IllegalStateException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    static boolean hasEmbeddedBroker(Settings settings) {
        return settings.text("orders.broker.url").equals(Settings.EMBEDDED);
    }

    private static Path brokerFolder(Settings settings) {
        return settings.path("orders.data-dir").resolve("broker");
    }

    /** The queues that take orders in, in the order in which a message goes through them: one on its way is counted twice at most. */
    private static List<String> intake(Settings settings) {
        return List.of(settings.text(Settings.LEGACY_QUEUE), Door.INCOMING);
    }

    /** Empty where one of them cannot be asked. */
    private static OptionalLong sum(List<String> queues, Function<String, OptionalLong> depth) {
        long sum = 0;
        for (String queue : queues) {
            OptionalLong messages = depth.apply(queue);
            if (messages.isEmpty()) {
                return messages;
            }
            sum += messages.getAsLong();
        }
        return OptionalLong.of(sum);
    }

    /** One that is away now is looked at as soon as it answers. */
    private Broker externalBroker(Clock clock, Consumer<Throwable> halt) {
        ExternalBroker broker = opened(externalBroker(settings, clock));
        try {
            requireSafe(broker.report());
        } catch (IllegalStateException e) {
            LOG.warn("{}. Orders are answered 503 until it does.", e.getMessage());
        }
        broker.watch(late -> {
            try {
                requireSafe(late);
            } catch (StartException e) {
                halt.accept(e);
            }
        });
        return broker;
    }

    private static ExternalBroker externalBroker(Settings settings, Clock clock) {
        Set<String> inside = new TreeSet<>(List.of("orders.invalid", "orders.unfiled"));
        Set<String> lanes = new TreeSet<>(settings.laneRules().keySet());
        lanes.addAll(List.of(Lane.HIGH.name(), Lane.NORMAL.name()));
        lanes.forEach(lane -> inside.addAll(List.of("orders." + lane, "orders." + lane + ".dlq")));
        return new ExternalBroker(
                new BrokerAccess(
                        settings.text("orders.broker.url"),
                        settings.text("orders.broker.user"),
                        settings.text("orders.broker.password"),
                        settings.file("orders.broker.trust-store"),
                        settings.text("orders.broker.trust-store-password"),
                        settings.file("orders.broker.key-store"),
                        settings.text("orders.broker.key-store-password")),
                new LinkedHashSet<>(intake(settings)),
                inside,
                settings.path("orders.data-dir"),
                settings.size("orders.disk.reserve"),
                clock);
    }

    private static void requireSafe(BrokerReport report) {
        report.of(Finding.Level.UNSEEN).forEach(finding -> LOG.info("{}: {}", report.broker(), finding));
        report.of(Finding.Level.WARNING).forEach(finding -> LOG.warn("{}: {}", report.broker(), finding));
        if (!report.isSafe()) {
            throw new StartException(report.of(Finding.Level.LOSES).stream()
                    .map(Finding::toString)
                    .collect(Collectors.joining(
                            System.lineSeparator(),
                            report.broker()
                                    + " is not set for orders; 'ordersystem check --broker' prints what is to stand in "
                                    + report.configuration() + ":" + System.lineSeparator(),
                            "")));
        }
    }

    /**
     * How an external broker is set, as far as that can be seen from here.
     *
     * @throws StartException where it cannot be asked
     */
    static BrokerReport brokerReport(Settings settings) {
        try (ExternalBroker broker = externalBroker(settings, Clock.systemUTC())) {
            return broker.report();
        } catch (IllegalStateException | IllegalArgumentException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    private EmbeddedBroker embeddedBroker(@Nullable Certificate certificate, Consumer<Throwable> halt)
            throws Exception {
        return new EmbeddedBroker(
                new BrokerSettings(
                        "ordersystem",
                        brokerFolder(settings),
                        settings.text("orders.broker.connector"),
                        settings.size("orders.broker.store-limit"),
                        settings.integer("orders.fulfilment.target-rate"),
                        (int) settings.size("orders.message.size"),
                        settings.size("orders.disk.reserve"),
                        Set.copyOf(intake(settings)),
                        List.of(
                                settings.text("orders.broker.amqp-connector"),
                                settings.text("orders.broker.stomp-connector")),
                        new BrokerSettings.Protection(users(Settings.BROKER_USERS), certificate)),
                halt::accept);
    }

    /**
     * Who goes on would do harm: the store cannot be written, and orders would be answered for that are nowhere; a turn
     * does not end; there is no memory.
     */
    private static void halt(Throwable fault) {
        try {
            LOG.error("The process ends at once, to be started again.", fault);
        } finally {
            Runtime.getRuntime().halt(EXIT_RESTART);
        }
    }

    /** For threads that end by an exception nobody caught. */
    static void uncaught(Thread thread, Throwable error) {
        if (BrokenJvm.isShownBy(error)) {
            halt(error);
        }
        LOG.error("Thread {} ended", thread.getName(), error);
    }

    private Map<String, Batch> batches() {
        Map<String, Batch> batches = new HashMap<>();
        Batch reading = batch("incoming", HIGH_ORDER_WAITS_FOR_OTHERS, READING_HOLDS_BACK)
                .takingOrdersIn();
        intake(settings).forEach(queue -> batches.put(queue, reading));
        batches.put("orders.high", batch("high", settings.duration("orders.high.batch.max-time"), Duration.ZERO));
        Set<String> others = new HashSet<>(settings.laneRules().keySet());
        others.add(Lane.NORMAL.name());
        for (String lane : others) {
            Duration time = settings.duration("orders." + lane + ".batch.max-time");
            batches.put("orders." + lane, batch(lane, time, NORMAL_WORK_HOLDS_BACK));
        }
        return batches;
    }

    private Batch batch(String name, Duration highTime, Duration yields) {
        return new Batch(
                settings.integer("orders." + name + ".batch.size"),
                settings.duration("orders." + name + ".batch.max-time"),
                highTime,
                yields);
    }

    private static AutoCloseable register(String objectName, DescribedMBean mbean) throws JMException {
        ObjectName name = new ObjectName(objectName);
        ManagementFactory.getPlatformMBeanServer().registerMBean(mbean, name);
        return () -> ManagementFactory.getPlatformMBeanServer().unregisterMBean(name);
    }

    private <T extends AutoCloseable> T opened(T part) {
        running.push(part);
        return part;
    }

    /** Waits until {@link #close()} was called, by a signal's shutdown hook for example. */
    public void awaitStop() {
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Closes the door, finishes what is in hand, and stops. May be called more than once. */
    @Override
    public synchronized void close() {
        while (!running.isEmpty()) {
            AutoCloseable part = running.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("Stopping: {}", e.toString(), e);
            }
        }
        stopped.countDown();
    }

    private static String rootCause(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
