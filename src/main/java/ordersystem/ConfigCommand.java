package ordersystem;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ordersystem config}: the settings in use, and where each was found. */
@Command(
        name = "config",
        description =
                "Show every setting as it is in use, where it was found, and its default. Secrets are shown only as set.")
final class ConfigCommand implements Callable<Integer> {

    private final Supplier<Settings> settings;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--changed", description = "Only those that have another value than the default.")
    private boolean changed;

    ConfigCommand(Supplier<Settings> settings) {
        this.settings = settings;
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        for (Settings.Shown setting : settings.get().shown()) {
            if (setting.changed() || !changed) {
                out.println(setting.key() + "=" + setting.value() + "   # " + source(setting));
            }
        }
        out.flush();
        return 0;
    }

    private static String source(Settings.Shown setting) {
        String otherwise = setting.otherwise();
        if (otherwise == null) {
            return setting.place() + "; a key of your own";
        }
        // Also where nobody changed it: what was 'auto', or a relative path, is shown as what it comes to.
        return setting.place()
                + (setting.value().equals(otherwise) ? "" : "; default: " + (otherwise.isEmpty() ? "none" : otherwise));
    }
}
