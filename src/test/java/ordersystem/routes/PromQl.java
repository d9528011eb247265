package ordersystem.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** As much of Prometheus' query language as the shipped examples use; what it does not know is an error. */
final class PromQl {

    private static final Map<Character, Character> CLOSING = Map.of(')', '(', ']', '[', '}', '{');
    private static final Set<String> FUNCTIONS =
            Set.of("max", "sum", "rate", "increase", "delta", "histogram_quantile");
    private static final Set<String> OPERATORS = Set.of("and", "or", "unless");
    private static final Pattern STRING = Pattern.compile("\"[^\"]*\"");
    private static final Pattern MATCHERS = Pattern.compile("([a-z_:]+)?\\{([^}]*)}");
    private static final Pattern MATCHER = Pattern.compile("([a-z_]+)(=|!=|=~|!~)\"\"");
    private static final Pattern RANGE = Pattern.compile("\\[([^]]*)]");
    private static final Pattern GROUPING = Pattern.compile("\\bby \\(([a-z_]+)(, [a-z_]+)*\\)");
    private static final Pattern WORD = Pattern.compile("(?<![0-9A-Za-z_:.])[a-zA-Z_:][a-zA-Z0-9_:]*");

    private PromQl() {}

    /** The metrics that an expression reads. */
    static Set<String> metrics(String expression) {
        String text = STRING.matcher(expression).replaceAll("\"\"");
        assertBalanced(expression, text);
        for (Matcher m = MATCHERS.matcher(text); m.find(); ) {
            assertThat(m.group(1)).as("what {} selects in %s", expression).isNotNull();
            for (String matcher : m.group(2).split(",")) {
                assertThat(matcher).as("in %s", expression).matches(MATCHER);
            }
        }
        for (Matcher m = RANGE.matcher(text); m.find(); ) {
            assertThat(m.group(1)).as("range in %s", expression).matches("[0-9]+[smhd]");
        }
        text = text.replaceAll("\\{[^}]*}|\\[[^]]*]", "");
        text = GROUPING.matcher(text).replaceAll("");
        Set<String> metrics = new TreeSet<>();
        for (Matcher m = WORD.matcher(text); m.find(); ) {
            if (text.substring(m.end()).stripLeading().startsWith("(")) {
                assertThat(FUNCTIONS).as("functions of %s", expression).contains(m.group());
            } else if (!OPERATORS.contains(m.group())) {
                metrics.add(m.group());
            }
        }
        assertThat(metrics).as("metrics of %s", expression).isNotEmpty();
        return metrics;
    }

    private static void assertBalanced(String expression, String text) {
        Deque<Character> open = new ArrayDeque<>();
        for (char c : text.toCharArray()) {
            if (CLOSING.containsValue(c)) {
                open.push(c);
            } else if (CLOSING.containsKey(c)) {
                assertThat(open.poll())
                        .as("what %s closes in %s", c, expression)
                        .isEqualTo(CLOSING.get(c));
            }
        }
        assertThat(open).as("left open in %s", expression).isEmpty();
        assertThat(text).as("quotes of %s", expression).matches("([^\"]|\"\")*");
    }
}
