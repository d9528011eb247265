package ordersystem;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Callable;
import ordersystem.access.ApiKey;
import ordersystem.access.ApiKeys;
import ordersystem.access.Certificate;
import ordersystem.access.PasswordHash;
import ordersystem.access.Role;
import ordersystem.access.User;
import ordersystem.drill.DrillCommand;
import ordersystem.ledger.Action.By;
import ordersystem.operations.AdmissionCommand;
import ordersystem.operations.DeadLettersCommand;
import ordersystem.operations.FulfilmentCommand;
import ordersystem.operations.ManagementClient;
import ordersystem.operations.NotRunningException;
import ordersystem.operations.OrderCommand;
import ordersystem.operations.ProblemException;
import ordersystem.operations.RoutesCommand;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The command line: {@code ordersystem [run | check | config | audit | erase | copy-ledger | prepare | drill | password | api-key]}, and the commands of package {@code operations} that talk to a running
 * system. Called once, by {@link OrderSystem#main}.
 */
@Command(
        name = "ordersystem",
        description = "Takes orders in, never loses one, and works off the urgent ones first.",
        versionProvider = Commands.Version.class,
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        footer = {
            "",
            "Every key of config/application.properties can be overridden by an environment variable:",
            "ORDERS_DATA_DIR for orders.data-dir, CAMEL_SERVER_PORT for camel.server.port.",
            "Where a running system asks who you are: ORDERSYSTEM_USER, and ORDERSYSTEM_PASSWORD_FILE or ORDERSYSTEM_PASSWORD."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all is well",
            "1:check, audit, drill or erase found something, or the running system refused; the last lines say why",
            "2:the command line is wrong",
            "3:it could not start, or no running system answered; the last line says why and what to do. Without such a line:"
                    + " out of memory",
            "75:run cannot go on (an order that does not end, out of memory, the broker's store); start it again",
            "130, 143:stopped by Ctrl-C or SIGTERM; run, after the orders in hand"
        })
final class Commands implements Callable<Integer> {

    static final int REFUSED = 1;
    static final int START_FAILED = 3;

    /** System property that names the installation folder; without it, the working directory is taken. */
    static final String HOME = "ordersystem.home";

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "Read the settings from FILE instead of config/application.properties.")
    @Nullable
    private Path configFile;

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "When it fails, show the stack trace too.")
    private boolean verbose;

    private final Path home;

    private Commands(Path home) {
        this.home = home;
    }

    /** Runs the program; returns the exit code. */
    static int execute(String... args) {
        Path home = Path.of(System.getProperty(HOME, "")).toAbsolutePath();
        return commandLine(home).execute(args);
    }

    static CommandLine commandLine(Path home) {
        Commands commands = new Commands(home);
        return new CommandLine(commands)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .addSubcommand(new DeadLettersCommand(commands::runningSystem))
                .addSubcommand(new OrderCommand(commands::runningSystem))
                .addSubcommand(new FulfilmentCommand(commands::runningSystem))
                .addSubcommand(new AdmissionCommand(commands::runningSystem))
                .addSubcommand(new RoutesCommand(commands::runningSystem))
                .addSubcommand(new CheckCommand(commands::settings))
                .addSubcommand(new ConfigCommand(commands::settings))
                .addSubcommand(new PrepareCommand(home))
                .addSubcommand(new GenerateCompletion())
                .addSubcommand(new DrillCommand(home))
                .setExecutionExceptionHandler((e, commandLine, parsed) -> commands.failed(e, commandLine));
    }

    /** Without a command: run. */
    @Override
    public Integer call() {
        return run();
    }

    @Command(description = "Run it until Ctrl-C or SIGTERM. This is what happens without a command.")
    int run() {
        Settings settings = settings();
        PrintWriter out = spec.commandLine().getOut();
        Ports.requireFree(settings);
        try (DataFolder folder = DataFolder.open(settings);
                OrderSystem system = new OrderSystem(settings)) {
            Thread.setDefaultUncaughtExceptionHandler(OrderSystem::uncaught);
            // For Ctrl-C and SIGTERM, the only hook; a start that fails is closed here, too.
            Runtime.getRuntime().addShutdownHook(new Thread(system::close, "shutdown"));
            system.start(out);
            out.flush();
            system.awaitStop();
        }
        return 0;
    }

    @Command(description = "Recount a stopped system, from its ledger and from the broker's store.")
    int audit(
            @Option(
                            names = "--repair",
                            description = "Orders whose message was lost with the broker's store go on from the message"
                                    + " that the ledger keeps (orders.ledger.keep-message).")
                    boolean repair) {
        Settings settings = settings();
        PrintWriter out = spec.commandLine().getOut();
        try (DataFolder folder = DataFolder.open(settings)) {
            boolean accountedFor = repair ? OrderSystem.repair(settings, out) : OrderSystem.audit(settings, out);
            return accountedFor ? 0 : 1;
        } finally {
            out.flush();
        }
    }

    @Command(
            name = "copy-ledger",
            description =
                    "Copy the embedded ledger of a stopped system into the database that orders.ledger.url names now,"
                            + " which must be empty. Start on that one afterwards, and not on the old one again.")
    int copyLedger() {
        Settings settings = settings();
        PrintWriter out = spec.commandLine().getOut();
        try (DataFolder folder = DataFolder.open(settings)) {
            OrderSystem.copyLedger(settings, out);
            out.println("The ledger is copied. Start on it; keep the old one, " + settings.path("orders.data-dir")
                    + "/ledger, until an audit of the new one agrees, and start nothing on it.");
        } finally {
            out.flush();
        }
        return 0;
    }

    @Command(
            description =
                    "Take a customer's data out of the ledger: what the orders said, wherever that is still kept. A dead"
                            + " letter is given up by that. Orders that are still to be processed are named and left. With the"
                            + " embedded ledger, stop OrderSystem first.")
    int erase(
            @Option(
                            names = "--customer",
                            required = true,
                            paramLabel = "ID",
                            description =
                                    "The customerId of the orders. Messages that are no orders are taken for the customer's"
                                            + " where they contain it as a word.")
                    String customer,
            @Option(names = "--note", paramLabel = "TEXT", required = true, description = "Why. Kept with each order.")
                    String note,
            @Option(names = "--dry-run", description = "Show what would be erased, and change nothing.")
                    boolean dryRun) {
        PrintWriter out = spec.commandLine().getOut();
        By by = new By(System.getProperty("user.name", "unknown"), note);
        try {
            return OrderSystem.erase(settings(), customer, dryRun, by, out) ? 0 : 1;
        } finally {
            out.flush();
        }
    }

    @Command(
            description = "Make a line for a file of users, orders.management.users-file or orders.broker.users-file."
                    + " Asks for the password.")
    int password(
            @Parameters(paramLabel = "NAME", description = "Of the user: letters, digits, . _ @ -") String name,
            @Option(
                            names = "--role",
                            required = true,
                            split = ",",
                            paramLabel = "ROLE",
                            description =
                                    "look: see everything on the management port; operate: change things too;"
                                            + " send: hand orders in by JMS; receive: take fulfilled ones. Several with commas.")
                    Set<Role> roles)
            throws IOException {
        try {
            User user = new User(name, roles);
            PasswordHash hash = PasswordHash.of(new PasswordPrompt(System.console(), System.in).ask());
            spec.commandLine().getOut().println(user.line(hash));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.subcommands().get("password"), String.valueOf(e.getMessage()), e);
        }
        return 0;
    }

    @Command(
            name = "api-key",
            description =
                    "Make an API key for the public port. Prints its line for the file of keys, orders.api.key-file,"
                            + " and beside it, on standard error, the key itself: it is kept nowhere.")
    int apiKey(
            @Parameters(
                            paramLabel = "NAME",
                            description =
                                    "Of whoever uses it: letters, digits, . _ @ -. A second key of the same name is"
                                            + " one to change to.")
                    String name,
            @Option(
                            names = "--role",
                            split = ",",
                            defaultValue = "send",
                            paramLabel = "ROLE",
                            description = "send: hand orders in, and ask for those; look: ask for every order and the"
                                    + " figures. Several with commas; ${DEFAULT-VALUE} without it.")
                    Set<Role> roles) {
        try {
            ApiKey key = ApiKey.make();
            spec.commandLine().getOut().println(ApiKeys.line(new User(name, roles), key));
            spec.commandLine().getErr().println("The key, shown this once: " + key.secret());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.subcommands().get("api-key"), String.valueOf(e.getMessage()), e);
        }
        return 0;
    }

    private Settings settings() {
        return Settings.load(home, configFile, System.getenv());
    }

    private ManagementClient runningSystem() {
        Map<String, String> environment = new HashMap<>(System.getenv());
        // Whoever works with orders need not be allowed to read the passwords of ledger and broker.
        Settings.secretFiles().forEach(variable -> environment.put(variable, ""));
        Settings settings = Settings.load(home, configFile, environment);
        Certificate certificate = null;
        if (settings.isBeyondLoopback("camel.management.host")) {
            environment.compute(Settings.KEY_STORE_PASSWORD_FILE, (name, blank) -> System.getenv(name));
            try {
                certificate = OrderSystem.certificate(Settings.load(home, configFile, environment));
            } catch (IllegalArgumentException e) {
                throw new StartException(String.valueOf(e.getMessage()), e);
            }
        }
        ManagementClient client = new ManagementClient(
                settings.text("camel.management.host"),
                settings.integer("camel.management.port"),
                certificate == null ? null : certificate.trustingItself(),
                System.getProperty("user.name", "unknown"));
        return Credentials.in(System.getenv())
                .map(given -> client.as(given.user(), given.password()))
                .orElse(client);
    }

    private int failed(Exception e, CommandLine commandLine) {
        PrintWriter err = commandLine.getErr();
        if (e instanceof StartException || e instanceof NotRunningException || e instanceof ProblemException) {
            err.println("ordersystem: " + e.getMessage());
        } else {
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            err.println("ordersystem: " + oneLine(e) + (cause == e ? "" : ": " + oneLine(cause))
                    + (verbose ? "" : " (--verbose shows more)"));
        }
        if (verbose) {
            e.printStackTrace(err);
        }
        err.flush();
        return e instanceof ProblemException ? REFUSED : START_FAILED;
    }

    private static String oneLine(Throwable e) {
        return e.toString().replaceAll("\\s*\\R\\s*", " ");
    }

    /** The version in the pom. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() throws IOException {
            Properties properties = new Properties();
            try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
                properties.load(Objects.requireNonNull(in));
            }
            return new String[] {
                "ordersystem " + properties.getProperty("version"), "Java " + System.getProperty("java.version")
            };
        }
    }
}
