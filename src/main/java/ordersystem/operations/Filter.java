package ordersystem.operations;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options that say which dead letters are meant: those that fit all that are given. Checked by the system, not here. */
final class Filter {

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--lane", paramLabel = "LANE", description = "Of this lane: high or normal.")
    private @Nullable String lane;

    @Option(
            names = "--reason-type",
            paramLabel = "CLASS",
            description = "That failed with this exception, its whole class name ('dead-letters groups' shows it).")
    private @Nullable String reasonType;

    @Option(
            names = "--reason-node",
            paramLabel = "NODE",
            description = "That failed in this node of a route; empty ('') for those where it is not known.")
    private @Nullable String reasonNode;

    @Option(names = "--text", paramLabel = "TEXT", description = "Whose reason has this text in it, whatever its case.")
    private @Nullable String text;

    @Option(names = "--older-than", paramLabel = "AGE", description = "That failed last before this time: 90s, 1h, 7d.")
    private @Nullable String olderThan;

    /**
     * What is given, under the names of the API.
     *
     * @throws ParameterException for an empty value: an unset variable in a script would mean every dead letter
     */
    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        put(fields, "lane", "--lane", lane);
        put(fields, "reasonType", "--reason-type", reasonType);
        if (reasonNode != null) {
            fields.put("reasonNode", reasonNode);
        }
        put(fields, "text", "--text", text);
        put(fields, "olderThan", "--older-than", olderThan);
        return fields;
    }

    private void put(Map<String, Object> fields, String name, String option, @Nullable String value) {
        if (value == null) {
            return;
        }
        if (value.isBlank()) {
            throw new ParameterException(spec.commandLine(), option + " is empty; give a value, or leave it out");
        }
        fields.put(name, value);
    }
}
