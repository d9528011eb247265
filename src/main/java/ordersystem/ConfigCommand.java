package ordersystem;

import java.io.PrintWriter;
import java.util.List;
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

    @Option(names = "--changed", description = "Only those that are set, in the file or in the environment.")
    private boolean changed;

    ConfigCommand(Supplier<Settings> settings) {
        this.settings = settings;
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        List<Settings.Shown> all = settings.get().shown();
        for (Settings.Shown setting : all) {
            if (setting.isSet() || !changed) {
                out.println(setting.key() + "=" + setting.value() + "   # " + source(setting));
            }
        }
        out.flush();
        return 0;
    }

    private static String source(Settings.Shown setting) {
        if (!setting.isSet()) {
            // What stands there otherwise is what it was made from: 'auto', or a relative path.
            return setting.value().equals(setting.otherwise()) ? "default" : "default: " + setting.otherwise();
        }
        String otherwise = setting.otherwise();
        return setting.place()
                + (otherwise == null
                        ? "; a key of your own"
                        : "; default: " + (otherwise.isEmpty() ? "none" : otherwise));
    }
}
