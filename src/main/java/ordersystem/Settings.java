package ordersystem;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import ordersystem.reload.Spelling;
import org.jspecify.annotations.Nullable;

/**
 * What the operator has set: every key of {@code config/application.properties}, read and checked once at start, before
 * anything is opened. The class-path copy of that file gives keys and defaults; the file in the installation folder
 * overrides it, and the environment overrides both. Made by {@link Commands}; immutable, so any thread may read it.
 */
public final class Settings {

    /** The embedded broker or ledger, as value of {@code orders.broker.url} and {@code orders.ledger.url}. */
    public static final String EMBEDDED = "embedded";

    /** Instead of a duration. */
    private static final String FOREVER = "forever";

    private static final String DEFAULTS = "default";
    private static final String AUTO = "auto";
    static final String KEY_STORE = "orders.tls.key-store";
    static final String KEY_STORE_PASSWORD = "orders.tls.key-store-password";
    static final String KEY_FILE = "orders.api.key-file";
    static final String USERS = "orders.management.users-file";
    static final String BROKER_USERS = "orders.broker.users-file";
    /** Each may stand in a file of its own instead, which the key with this behind it names. */
    private static final String IN_FILE = "-file";

    private static final Set<String> SECRETS = Set.of(
            "orders.ledger.password",
            "orders.broker.password",
            "orders.broker.trust-store-password",
            "orders.broker.key-store-password",
            KEY_STORE_PASSWORD);
    private static final String PASSWORD_IN_URL = "(?i).*(password=|//[^/]*:[^/]*@).*";
    static final String LEGACY_QUEUE = "orders.legacy.queue";
    private static final int LEAST_CONSUMERS = 4;
    private static final int MOST_CONSUMERS = 1000;
    private static final int LONGEST_INSTANCE = 200;

    // The same limits stand in config/application.properties, for the reader; SettingsTest holds the defaults to these.
    private static final Map<String, Allowed> ALLOWED = Map.ofEntries(
            Map.entry("orders.data-dir", Allowed.text(1000)),
            Map.entry("orders.routes-dir", Allowed.text(1000)),
            Map.entry("orders.instance", Allowed.text(LONGEST_INSTANCE)),
            Map.entry(
                    "orders.broker.url",
                    new Allowed(
                            "'embedded', or a URL that starts with tcp:, ssl: or failover:, without a password"
                                    + " (it goes into orders.broker.password-file)",
                            value -> value.equals(EMBEDDED)
                                    || value.matches("(tcp|ssl|failover):.+") && !value.matches(PASSWORD_IN_URL))),
            Map.entry("orders.broker.user", Allowed.anything()),
            Map.entry("orders.broker.password", Allowed.anything()),
            Map.entry("orders.broker.password-file", Allowed.anything()),
            Map.entry("orders.broker.trust-store", Allowed.anything()),
            Map.entry("orders.broker.trust-store-password", Allowed.anything()),
            Map.entry("orders.broker.trust-store-password-file", Allowed.anything()),
            Map.entry("orders.broker.key-store", Allowed.anything()),
            Map.entry("orders.broker.key-store-password", Allowed.anything()),
            Map.entry("orders.broker.key-store-password-file", Allowed.anything()),
            Map.entry("orders.broker.connector", Allowed.connector("tcp").or("none")),
            Map.entry("orders.broker.amqp-connector", Allowed.connector("amqp").or("none")),
            Map.entry(
                    "orders.broker.stomp-connector", Allowed.connector("stomp").or("none")),
            Map.entry(BROKER_USERS, Allowed.anything()),
            Map.entry(KEY_STORE, Allowed.anything()),
            Map.entry(KEY_STORE_PASSWORD, Allowed.anything()),
            Map.entry(KEY_STORE_PASSWORD + IN_FILE, Allowed.anything()),
            Map.entry("orders.tls.required", Allowed.bool()),
            Map.entry(KEY_FILE, Allowed.anything()),
            Map.entry("orders.http.names", Allowed.names()),
            Map.entry("orders.broker.store-limit", Allowed.size("64MB", "100TB")),
            Map.entry("orders.message.size", Allowed.size("256B", "1MB")),
            Map.entry("orders.disk.reserve", Allowed.size("0B", "1TB")),
            Map.entry(
                    "orders.ledger.url",
                    new Allowed(
                            "'embedded', or a URL that starts with jdbc:postgresql: or jdbc:h2:, without a password"
                                    + " (it goes into orders.ledger.password-file)",
                            value -> value.equals(EMBEDDED)
                                    || value.matches("jdbc:(postgresql|h2):.+") && !value.matches(PASSWORD_IN_URL))),
            Map.entry("orders.ledger.connections", Allowed.integer(2, 1000)),
            Map.entry("orders.ledger.keep-message", Allowed.bool()),
            Map.entry(
                    "orders.ledger.keep-processed",
                    Allowed.duration("1d", "3650d").or(FOREVER)),
            Map.entry("orders.ledger.user", Allowed.anything()),
            Map.entry("orders.ledger.password", Allowed.anything()),
            Map.entry("orders.ledger.password-file", Allowed.anything()),
            Map.entry("orders.intake.flush-size", Allowed.integer(1, 1000)),
            Map.entry("orders.intake.flush-delay", Allowed.duration("0ms", "1s")),
            Map.entry("orders.intake.time-limit", Allowed.duration("100ms", "5m")),
            Map.entry("orders.incoming.batch.size", Allowed.integer(1, 1000)),
            Map.entry("orders.incoming.batch.max-time", Allowed.duration("0ms", "1m")),
            Map.entry("orders.incoming.prefetch", Allowed.integer(1, 1000).or(AUTO)),
            Map.entry(
                    "orders.incoming.consumers",
                    Allowed.integer(1, MOST_CONSUMERS).or(AUTO)),
            Map.entry("orders.high.batch.size", Allowed.integer(1, 1000)),
            Map.entry("orders.high.batch.max-time", Allowed.duration("0ms", "1m")),
            Map.entry("orders.high.prefetch", Allowed.integer(1, 1000).or(AUTO)),
            Map.entry(
                    "orders.high.consumers", Allowed.integer(1, MOST_CONSUMERS).or(AUTO)),
            Map.entry("orders.normal.batch.size", Allowed.integer(1, 1000)),
            Map.entry("orders.normal.batch.max-time", Allowed.duration("0ms", "1m")),
            Map.entry("orders.normal.prefetch", Allowed.integer(1, 1000).or(AUTO)),
            Map.entry(
                    "orders.normal.consumers",
                    Allowed.integer(1, MOST_CONSUMERS).or(AUTO)),
            Map.entry("orders.fulfilment.uri", Allowed.text(2000)),
            Map.entry("orders.fulfilment.expected-time", Allowed.duration("1ms", "1m")),
            Map.entry("orders.fulfilment.time-limit", Allowed.duration("1s", "1h")),
            Map.entry("orders.fulfilment.target-rate", Allowed.integer(1, 100_000)),
            Map.entry("orders.retry.delays", Allowed.durations(20, "100ms", "7d")),
            Map.entry("orders.admission.mode", Allowed.oneOf("auto", "fixed", "off")),
            Map.entry("orders.admission.probability", Allowed.number(0, 1)),
            Map.entry("orders.admission.target-delay", Allowed.duration("100ms", "10m")),
            Map.entry("orders.brake.mode", Allowed.oneOf("on", "off")),
            Map.entry("orders.brake.failure-rate", Allowed.integer(1, 100)),
            Map.entry("orders.brake.window", Allowed.integer(1, 10_000)),
            Map.entry("orders.brake.minimum-turns", Allowed.integer(1, 10_000)),
            Map.entry("orders.brake.probe-interval", Allowed.duration("100ms", "10m")),
            Map.entry("orders.brake.ramp", Allowed.duration("1ms", "10m")),
            Map.entry("orders.release.interval", Allowed.duration("10ms", "1m")),
            Map.entry("orders.release.batch", Allowed.integer(1, 1000)),
            Map.entry(
                    LEGACY_QUEUE,
                    new Allowed(
                            "1 to 200 of [A-Za-z0-9._-], and not beginning with 'orders.', as the lanes do",
                            value -> value.matches("(?!orders\\.)[A-Za-z0-9._-]{1,200}"))),
            Map.entry(
                    "orders.legacy.encoding",
                    new Allowed(
                            "a character encoding such as UTF-8, ISO-8859-1 or windows-1252", Charset::isSupported)),
            Map.entry("orders.events.mode", Allowed.oneOf("on", "off")),
            Map.entry("orders.events.time-to-live", Allowed.duration("1s", "7d")),
            Map.entry(USERS, Allowed.anything()),
            Map.entry("camel.server.enabled", Allowed.oneOf("true")), // the routes answer on both ports
            Map.entry("camel.server.host", Allowed.host()),
            Map.entry("camel.server.port", Allowed.integer(1, 65535)),
            Map.entry("camel.server.max-body-size", Allowed.integer(1024, 1 << 30)),
            Map.entry("camel.metrics.enabled", Allowed.bool()),
            Map.entry("camel.management.enabled", Allowed.oneOf("true")),
            Map.entry("camel.management.host", Allowed.host()),
            Map.entry("camel.management.port", Allowed.integer(1, 65535)),
            Map.entry("camel.main.shutdown-timeout", Allowed.integer(1, 3600)));

    /** A lane of the user's own is there as soon as it has a rule; what else it may have is as for the normal lane. */
    private static final Pattern LANE_KEY = Pattern.compile(
            "orders\\.([a-z][a-z0-9-]{0,31})\\.(rule|batch\\.size|batch\\.max-time|prefetch|consumers)");

    private static final String RULE = ".rule";
    private static final List<String> LANE_SETTINGS = List.of("batch.size", "batch.max-time", "prefetch", "consumers");

    /** Names that queues of ours have and no key begins with. */
    private static final Set<String> QUEUES = Set.of("invalid", "unfiled", "strays", "fulfilled");

    private static final Allowed LANE_RULE = Allowed.text(2000);

    private static final Set<String> PATHS = Set.of("orders.data-dir", "orders.routes-dir");

    /** Keys of the user's own whose values are not shown either. */
    private static final Pattern LIKE_A_SECRET = Pattern.compile(
            "(?i).*(passw(or)?d|passphrase|secret|token|credential|(api|access|private)[-_.]?key|signature"
                    + "|authorization).*");

    /**
     * A value and where it was found.
     *
     * @param place file and line, or environment variable, for error messages
     */
    private record Entry(String value, String place) {}

    /**
     * A setting for people.
     *
     * @param value in use, with {@code auto} and relative paths resolved; a secret only as whether it is set
     * @param place where it was found: file and line, or environment variable
     * @param otherwise the default; null for a key of the user's own
     * @param changed whether it was given another value than the default
     */
    public record Shown(
            String key,
            String value,
            String place,
            @Nullable String otherwise,
            boolean changed) {}

    private final Path home;
    private final Map<String, String> values;
    private final Map<String, Entry> entries;

    private Settings(Path home, Map<String, String> values, Map<String, Entry> entries) {
        this.home = home;
        this.values = Map.copyOf(values);
        this.entries = Map.copyOf(entries);
    }

    /**
     * Reads and checks everything.
     *
     * @param home installation folder, where relative paths start
     * @param configFile the file to read instead of {@code config/application.properties} in home; null for that one,
     *     which may be missing
     * @param environment as {@link System#getenv()}
     * @throws StartException for the first mistake found
     */
    public static Settings load(Path home, @Nullable Path configFile, Map<String, String> environment) {
        Path folder = home.toAbsolutePath().normalize();
        Map<String, Entry> entries = new HashMap<>(defaults());
        entries.putAll(overrides(folder, configFile));
        addLanes(entries);
        addEnvironment(entries, environment);
        Set<String> ownLanes = lanesWithRules(entries.keySet());
        new TreeMap<>(entries).forEach((key, entry) -> check(key, entry, ownLanes));
        SECRETS.forEach(secret -> readSecret(folder, entries, secret));

        Map<String, String> values = new HashMap<>();
        entries.forEach((key, entry) -> values.put(key, entry.value()));
        for (String key : PATHS) {
            values.put(key, resolve(folder, key, entry(entries, key)).toString());
        }
        Settings raw = new Settings(folder, values, entries);
        values.replace("orders.instance", AUTO, raw.defaultInstance());
        Set<String> lanes = new TreeSet<>(List.of("incoming", "high", "normal"));
        lanes.addAll(ownLanes);
        for (String lane : lanes) {
            values.replace("orders." + lane + ".consumers", AUTO, raw.defaultConsumers(lane));
            values.replace("orders." + lane + ".prefetch", AUTO, raw.text("orders." + lane + ".batch.size"));
        }
        Settings settings = new Settings(folder, values, entries);
        settings.checkTogether();
        settings.checkProtection();
        return settings;
    }

    /** The ledger's JDBC URL, with {@code embedded} resolved to a file in the data folder. */
    public String ledgerUrl() {
        String url = text("orders.ledger.url");
        return url.equals(EMBEDDED) ? embeddedLedgerUrl() : url;
    }

    /** Of the ledger in the data folder, used or not. */
    String embeddedLedgerUrl() {
        return "jdbc:h2:file:" + path("orders.data-dir").resolve("ledger/ledger");
    }

    /** The installation folder, absolute. */
    public Path home() {
        return home;
    }

    /** The value as text. Throws IllegalArgumentException for a key that does not exist, as all of these do. */
    public String text(String key) {
        @Nullable String value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException("no setting " + key);
        }
        return value;
    }

    public int integer(String key) {
        return Integer.parseInt(text(key));
    }

    public double number(String key) {
        return Double.parseDouble(text(key));
    }

    public boolean isOn(String key) {
        return Boolean.parseBoolean(text(key));
    }

    public Duration duration(String key) {
        return Allowed.readDuration(text(key));
    }

    /** Null for {@code forever}. */
    public @Nullable Duration durationOrForever(String key) {
        return text(key).equals(FOREVER) ? null : duration(key);
    }

    public List<Duration> durations(String key) {
        return Allowed.readDurations(text(key));
    }

    /** In bytes. */
    public long size(String key) {
        return Allowed.readSize(text(key));
    }

    /** Without those that are empty. */
    public Set<String> names(String key) {
        return Allowed.readNames(text(key));
    }

    /** Whether other machines reach the host that it names. */
    public boolean isBeyondLoopback(String key) {
        return !Allowed.isLoopback(text(key));
    }

    /** Absolute; a relative path in the file starts at {@link #home()}. */
    public Path path(String key) {
        return home.resolve(text(key));
    }

    /** As {@link #path}; null where none is named. */
    public @Nullable Path file(String key) {
        return text(key).isEmpty() ? null : path(key);
    }

    /** The variable that names the file with the key store's password. */
    static final String KEY_STORE_PASSWORD_FILE = variable(KEY_STORE_PASSWORD + IN_FILE);

    /** The variables that name files with secrets in them; set to nothing by who need not know those. */
    static Set<String> secretFiles() {
        return SECRETS.stream().map(secret -> variable(secret + IN_FILE)).collect(Collectors.toSet());
    }

    /**
     * How many consumers a lane has, computed where the file says {@code auto}.
     *
     * @param lane name of the lane, or {@code incoming}
     */
    public int consumers(String lane) {
        return integer("orders." + lane + ".consumers");
    }

    /** The lanes of the user's own: the rule of each, by name of the lane. */
    public SortedMap<String, String> laneRules() {
        SortedMap<String, String> rules = new TreeMap<>();
        lanesWithRules(values.keySet()).forEach(lane -> rules.put(lane, text("orders." + lane + RULE)));
        return rules;
    }

    /**
     * Everything as Camel is to see it, {@code auto} and relative paths resolved, without the secrets. Meant for
     * {@code Main.setOverrideProperties}; with {@link ordersystem.reload.Placeholders} an environment variable of the same
     * name cannot bring back what was resolved here.
     */
    public Properties asProperties() {
        Properties properties = new Properties();
        values.forEach((key, value) -> {
            if (!SECRETS.contains(key)) {
                properties.setProperty(key, value);
            }
        });
        return properties;
    }

    /** All of them, by key. */
    public List<Shown> shown() {
        Map<String, Entry> defaults = defaults();
        return new TreeMap<>(values)
                .entrySet().stream()
                        .map(entry -> shown(entry.getKey(), entry.getValue(), defaults.get(entry.getKey())))
                        .toList();
    }

    private Shown shown(String key, String value, @Nullable Entry otherwise) {
        boolean ofTheUser = otherwise == null || key.equals("orders.fulfilment.uri");
        boolean secret = SECRETS.contains(key)
                || (otherwise == null && LIKE_A_SECRET.matcher(key).matches())
                || (ofTheUser && LIKE_A_SECRET.matcher(value).matches())
                || value.matches(PASSWORD_IN_URL);
        return new Shown(
                key,
                secret && !value.isEmpty() ? "(set)" : value,
                place(key),
                otherwise == null ? null : otherwise.value(),
                otherwise == null || !entry(entries, key).value().equals(otherwise.value()));
    }

    private String place(String key) {
        String place = entry(entries, key).place();
        return place.startsWith(DEFAULTS + ":") ? DEFAULTS : place;
    }

    /** All values, one a line, sorted; a secret only as whether it is set. */
    @Override
    public String toString() {
        return shown().stream().map(each -> each.key() + "=" + each.value()).collect(Collectors.joining("\n"));
    }

    private static Map<String, Entry> defaults() {
        String resource = "application.properties";
        try (InputStream in = Settings.class.getResourceAsStream(resource)) {
            return parse(DEFAULTS, new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Entry> overrides(Path home, @Nullable Path configFile) {
        Path file = configFile == null ? home.resolve("config/application.properties") : configFile;
        try {
            return parse(file.toString(), Files.readString(file));
        } catch (NoSuchFileException e) {
            if (configFile == null) {
                return Map.of();
            }
            throw new StartException(file + ": there is no such file", e);
        } catch (IOException e) {
            throw new StartException(file + ": cannot be read: " + e, e);
        }
    }

    /** Line by line, where {@link Properties} would do it at once, so that a mistake can be told with its line. */
    private static Map<String, Entry> parse(String file, String content) {
        Map<String, Entry> entries = new HashMap<>();
        List<String> lines = content.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String place = file + ":" + (i + 1);
            StringBuilder logical = new StringBuilder(lines.get(i));
            while (!isComment(logical) && endsOpen(logical) && i + 1 < lines.size()) {
                logical.append('\n').append(lines.get(++i));
            }
            Properties properties = new Properties();
            try {
                properties.load(new StringReader(logical.toString()));
            } catch (IOException | IllegalArgumentException e) {
                throw new StartException(place + ": cannot be read: " + e.getMessage(), e);
            }
            for (String name : properties.stringPropertyNames()) {
                String key = knownName(name);
                Entry entry = new Entry(properties.getProperty(name).strip(), place);
                @Nullable Entry before = entries.put(key, entry);
                if (before != null) {
                    throw new StartException(place + ": " + key + ": stands at " + before.place() + " too; keep one");
                }
            }
        }
        return entries;
    }

    private static boolean isComment(CharSequence line) {
        String text = line.toString().stripLeading();
        return text.startsWith("#") || text.startsWith("!");
    }

    private static boolean endsOpen(CharSequence line) {
        int backslashes = 0;
        while (backslashes < line.length() && line.charAt(line.length() - 1 - backslashes) == '\\') {
            backslashes++;
        }
        return backslashes % 2 == 1;
    }

    /** Camel reads camel.server.maxBodySize and camel.server.max-body-size as one key, so they must be one here. */
    private static String knownName(String key) {
        if (!key.regionMatches(true, 0, "camel.", 0, 6)) {
            return key;
        }
        return ALLOWED.keySet().stream()
                .filter(known -> plain(known).equals(plain(key)))
                .findAny()
                .orElse(key);
    }

    private static String plain(String key) {
        return key.replace("-", "").toLowerCase(Locale.ROOT);
    }

    /** What a lane of the user's own does not say is as for the normal lane. */
    private static void addLanes(Map<String, Entry> entries) {
        for (String lane : lanesWithRules(entries.keySet())) {
            for (String setting : LANE_SETTINGS) {
                entries.putIfAbsent("orders." + lane + "." + setting, entry(entries, "orders.normal." + setting));
            }
        }
    }

    private static Set<String> lanesWithRules(Set<String> keys) {
        return keys.stream()
                .map(LANE_KEY::matcher)
                .filter(matcher -> matcher.matches() && matcher.group().endsWith(RULE))
                .map(matcher -> matcher.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void addEnvironment(Map<String, Entry> entries, Map<String, String> environment) {
        entries.replaceAll((key, entry) -> {
            String name = variable(key);
            @Nullable String value = environment.get(name);
            return value == null ? entry : new Entry(value.strip(), "environment variable " + name);
        });
        for (String name : new TreeMap<>(environment).keySet()) {
            if (name.startsWith("ORDERS_")
                    && entries.keySet().stream().noneMatch(key -> variable(key).equals(name))) {
                throw new StartException("environment variable " + name + ": there is no such setting; did you mean "
                        + nearest(
                                name,
                                ALLOWED.keySet().stream()
                                        .map(Settings::variable)
                                        .collect(Collectors.toSet()))
                        + "?");
            }
        }
    }

    private static String variable(String key) {
        return key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
    }

    private static void check(String key, Entry entry, Set<String> ownLanes) {
        @Nullable Allowed allowed = ALLOWED.get(key);
        Matcher laneKey = LANE_KEY.matcher(key);
        if (allowed == null && laneKey.matches()) {
            String lane = laneKey.group(1);
            if (key.endsWith(RULE) && isTaken(lane)) {
                throw new StartException(entry.place() + ": " + key + ": '" + lane
                        + "' is a name of ours; call your lane something else");
            }
            if (ownLanes.contains(lane)) {
                allowed = key.endsWith(RULE) ? LANE_RULE : ALLOWED.get("orders.normal." + laneKey.group(2));
            }
        }
        if (allowed == null && key.startsWith("orders.")) {
            throw new StartException(entry.place() + ": " + key + ": there is no such setting; did you mean "
                    + nearest(key, ALLOWED.keySet()) + "?");
        }
        if (allowed != null && !allowed.accepts(entry.value())) {
            throw wrong(key, entry, allowed.words());
        }
    }

    private static boolean isTaken(String lane) {
        return QUEUES.contains(lane)
                || ALLOWED.keySet().stream().anyMatch(key -> key.startsWith("orders." + lane + "."));
    }

    private static StartException wrong(String key, Entry entry, String allowed) {
        // A refused URL may hold a password: it is not repeated.
        boolean isSecret = key.equals("orders.ledger.url") || entry.value().matches(PASSWORD_IN_URL);
        String value = isSecret ? "this value" : "'" + entry.value() + "'";
        return new StartException(entry.place() + ": " + key + ": " + value + " is not allowed; allowed: " + allowed);
    }

    private static String nearest(String key, Set<String> known) {
        return Spelling.nearest(key, known).orElseThrow();
    }

    private static void readSecret(Path home, Map<String, Entry> entries, String secret) {
        String key = secret + IN_FILE;
        Entry named = entry(entries, key);
        if (named.value().isEmpty()) {
            return;
        }
        if (!entry(entries, secret).value().isEmpty()) {
            throw new StartException(named.place() + ": " + key + ": " + secret + " is set too; keep one of them");
        }
        Path file = resolve(home, key, named);
        try {
            entries.put(secret, new Entry(Files.readString(file).stripTrailing(), file.toString()));
        } catch (IOException e) {
            throw new StartException(
                    named.place() + ": " + key + ": " + file + " cannot be read ("
                            + e.getClass().getSimpleName() + "); create it, or empty the setting",
                    e);
        }
    }

    private static Path resolve(Path home, String key, Entry entry) {
        try {
            return home.resolve(entry.value()).normalize();
        } catch (InvalidPathException e) {
            throw wrong(key, entry, "a path");
        }
    }

    private static Entry entry(Map<String, Entry> entries, String key) {
        return Objects.requireNonNull(entries.get(key));
    }

    /** What others reach asks who comes, and cannot be overheard. */
    private void checkProtection() {
        requireProtection("camel.server.host", text("camel.server.host"), KEY_FILE, true);
        requireProtection("camel.management.host", text("camel.management.host"), USERS, true);
        for (String key :
                List.of("orders.broker.connector", "orders.broker.amqp-connector", "orders.broker.stomp-connector")) {
            if (!text(key).equals("none")) {
                URI uri = URI.create(text(key));
                boolean tls = uri.getScheme().endsWith("ssl");
                if (tls && !hasKeyStore()) {
                    throw new StartException(entry(entries, key).place() + ": " + key + ": " + text(key)
                            + " speaks TLS, for which it needs a key; set " + KEY_STORE);
                }
                requireProtection(key, uri.getHost(), BROKER_USERS, tls);
            }
        }
    }

    /** @param tls whether it speaks TLS where there is a key store */
    private void requireProtection(String key, String host, String credentials, boolean tls) {
        if (Allowed.isLoopback(host)) {
            return;
        }
        String place = entry(entries, key).place() + ": " + key + ": " + host + " is reached from other machines; ";
        if (text(credentials).isEmpty()) {
            throw new StartException(
                    place + "set " + credentials + ", so that it asks who comes, or stay on 127.0.0.1");
        }
        if (isOn("orders.tls.required") && !(tls && hasKeyStore())) {
            throw new StartException(place
                    + (tls
                            ? "set " + KEY_STORE + ", so that it speaks TLS"
                            : "let it speak TLS, as "
                                    + Allowed.withTls(URI.create(text(key)).getScheme()) + "://")
                    + ", or orders.tls.required=false where something in front of it does");
        }
    }

    private boolean hasKeyStore() {
        return file(KEY_STORE) != null;
    }

    private void checkTogether() {
        if (text("camel.server.port").equals(text("camel.management.port"))) {
            throw wrong(
                    "camel.management.port",
                    entry(entries, "camel.management.port"),
                    "a port other than camel.server.port, because what is shown there is for operators only");
        }
        if (!text("orders.admission.mode").equals("off")
                && duration("orders.fulfilment.expected-time")
                                .multipliedBy(2)
                                .compareTo(duration("orders.admission.target-delay"))
                        > 0) {
            throw wrong(
                    "orders.admission.target-delay",
                    entry(entries, "orders.admission.target-delay"),
                    "at least twice orders.fulfilment.expected-time, " + text("orders.fulfilment.expected-time")
                            + ": an order in hand waits, too");
        }
        if (integer("orders.brake.minimum-turns") > integer("orders.brake.window")) {
            throw wrong(
                    "orders.brake.minimum-turns",
                    entry(entries, "orders.brake.minimum-turns"),
                    "at most orders.brake.window, " + text("orders.brake.window"));
        }
    }

    private String defaultConsumers(String lane) {
        if (lane.equals("incoming")) {
            return Integer.toString(LEAST_CONSUMERS);
        }
        double busy = integer("orders.fulfilment.target-rate")
                * duration("orders.fulfilment.expected-time").toMillis()
                / 1000.0;
        return Integer.toString((int) Math.min(MOST_CONSUMERS, Math.max(LEAST_CONSUMERS, Math.ceil(busy))));
    }

    private String defaultInstance() {
        String name = hostName() + ":" + text("orders.data-dir");
        return name.substring(Math.max(0, name.length() - LONGEST_INSTANCE));
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
