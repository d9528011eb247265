package ordersystem.operations;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.function.Consumer;
import ordersystem.order.Excerpt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * Where a group of commands prints. All they print goes through here, because control characters in an order's content must
 * never reach a terminal: they could change what the operator sees, or what is typed next.
 */
final class Terminal {

    private static final int DEFAULT_WIDTH = 120;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "Print the system's answer as it is.")
    private boolean json;

    boolean isJson() {
        return json;
    }

    /** Something to read on the way to the answer; it keeps out of JSON's way. */
    void progress(String line) {
        PrintWriter to = json ? spec.commandLine().getErr() : out();
        to.println(plain(line));
    }

    /** As JSON where that is asked for. What it escapes stands in strings, so that it is the same JSON. */
    void show(Answer answer, Consumer<JsonNode> readable) {
        if (json) {
            text(answer.text());
        } else {
            readable.accept(answer.json());
        }
    }

    void line(String line) {
        out().println(plain(line));
    }

    /** Some lines; tabs become blanks. */
    void text(String text) {
        text.lines().map(line -> line.replace("\t", "    ")).forEach(this::line);
    }

    void table(Table table) {
        table.lines(width(System.getenv("COLUMNS"))).forEach(this::line);
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private static String plain(String line) {
        return Excerpt.escaped(line, Integer.MAX_VALUE);
    }

    static int width(@Nullable String columns) {
        return columns != null && columns.matches("[1-9][0-9]{0,4}") ? Integer.parseInt(columns) : DEFAULT_WIDTH;
    }
}
