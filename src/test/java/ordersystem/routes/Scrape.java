package ordersystem.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One answer of {@code /observe/metrics}, read strictly: what is not Prometheus' text format 0.0.4 is an error. */
final class Scrape {

    private static final Pattern COMMENT =
            Pattern.compile("# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)", Pattern.UNICODE_CASE);
    private static final Pattern TYPE = Pattern.compile("counter|gauge|histogram|summary|untyped");
    private static final String LABEL = "[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\\\n]|\\\\[\\\\\"n])*\"";
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{" + LABEL + "(?:," + LABEL
            + ")*,?})? (NaN|[+-]Inf|[+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)( [0-9]+)?");

    /** By name and labels, as they stand there. */
    private final Map<String, Double> samples = new TreeMap<>();

    private final Set<String> names = new TreeSet<>();

    private Scrape() {}

    static Scrape of(String text) {
        assertThat(text).as("the last line ends too").endsWith("\n");
        Scrape scrape = new Scrape();
        Map<String, String> types = new HashMap<>();
        Set<String> helped = new HashSet<>();
        for (String line : text.split("\n")) {
            Matcher comment = COMMENT.matcher(line);
            Matcher sample = SAMPLE.matcher(line);
            if (comment.matches() && comment.group(1).equals("TYPE")) {
                assertThat(comment.group(3)).as(line).matches(TYPE);
                assertThat(types.put(comment.group(2), comment.group(3)))
                        .as("twice: %s", line)
                        .isNull();
            } else if (comment.matches()) {
                assertThat(helped.add(comment.group(2))).as("twice: %s", line).isTrue();
            } else if (sample.matches()) {
                String name = sample.group(1);
                assertThat(types.keySet()).as("type of %s", line).containsAnyOf(name, family(name));
                String labels = sample.group(2) == null ? "" : sample.group(2);
                assertThat(scrape.samples.put(name + labels, Double.valueOf(infinity(sample.group(3)))))
                        .as("twice: %s", line)
                        .isNull();
                scrape.names.add(name);
            } else {
                throw new AssertionError("no line of the text format: " + line);
            }
        }
        return scrape;
    }

    private static String infinity(String value) {
        return value.replace("Inf", "Infinity");
    }

    private static String family(String name) {
        return name.replaceAll("_(bucket|count|sum)$", "");
    }

    /** @param sample name and labels, as they stand there */
    double value(String sample) {
        assertThat(samples).containsKey(sample);
        return Objects.requireNonNull(samples.get(sample));
    }

    boolean has(String sample) {
        return samples.containsKey(sample);
    }

    Map<String, Double> samples() {
        return samples;
    }

    /** Names of all samples, {@code _bucket} and the like included. */
    Set<String> names() {
        return names;
    }
}
