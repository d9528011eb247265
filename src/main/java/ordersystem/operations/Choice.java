package ordersystem.operations;

import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Which dead letters a command is for: ids, a filter, or expressly all; and whether it is only tried. */
final class Choice {

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(paramLabel = "ID", arity = "0..*", description = "These only: order ids, or ids of invalid messages.")
    private List<String> ids = List.of();

    @Mixin
    private final Filter filter = new Filter();

    @Option(names = "--all", description = "All of them. Instead of ids and of the other options that choose.")
    private boolean all;

    @Option(names = "--dry-run", description = "Only say how many are chosen.")
    private boolean dryRun;

    boolean isDryRun() {
        return dryRun;
    }

    /**
     * The choice, under the names of the API.
     *
     * @throws ParameterException where nothing is chosen, or all and something
     */
    Map<String, Object> fields() {
        Map<String, Object> fields = filter.fields();
        if (!ids.isEmpty()) {
            fields.put("ids", ids);
        }
        if (fields.isEmpty() != all) {
            throw new ParameterException(
                    spec.commandLine(),
                    all
                            ? "--all stands alone; leave it out, or the ids and the other options that choose"
                            : "say which dead letters: ids, an option that chooses, or --all");
        }
        if (all) {
            fields.put("all", true);
        }
        if (dryRun) {
            fields.put("dryRun", true);
        }
        return fields;
    }
}
