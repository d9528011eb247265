package ordersystem.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private static final String HOSTILE = "</script><b>loop</b><!--<script> /* uPlot.min.css */ ünïcode";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void theResultsComeOutWholeWhateverTheirNames() throws Exception {
        JsonNode embedded =
                Report.JSON.readTree(between("<script type=\"application/json\" id=\"results\">", "</script>"));

        assertThat(embedded).isEqualTo(Report.JSON.readTree(Report.JSON.writeValueAsString(results())));
        assertThat(embedded)
                .isEqualTo(Report.JSON.readTree(
                        folder.resolve("target/results.json").toFile()));
        assertThat(embedded.at("/rows/0/systems/0/name").textValue()).isEqualTo(HOSTILE);
        assertThat(embedded.at("/startedAt").textValue()).isEqualTo("2010-12-01T08:26:00Z");
    }

    @Test
    void thePageHoldsThePlotLibraryAndLoadsNothing() throws Exception {
        String page = page();

        assertThat(page).contains("var uPlot=", ".uplot");
        assertThat(page)
                .doesNotContainPattern("(?i)<link|<iframe|@import|\\surl\\(|\\s(src|href|action)\\s*=\\s*[\"']");
        assertThat(between("http-equiv=\"Content-Security-Policy\" content=\"", "\""))
                .startsWith("default-src 'none';");
        // What looks like an address is the licence line of uPlot, and the name of SVG.
        assertThat(Pattern.compile("https?://[^\\s\"']+")
                        .matcher(page)
                        .results()
                        .map(MatchResult::group))
                .containsOnly("https://github.com/leeoniya/uPlot", "http://www.w3.org/2000/svg");
    }

    private String page() throws Exception {
        Path html = folder.resolve("target/report.html");
        Report.write(results(), html);
        return Files.readString(html);
    }

    private String between(String start, String end) throws Exception {
        String page = page();
        int from = page.indexOf(start) + start.length();
        return page.substring(from, page.indexOf(end, from));
    }

    private static Results results() {
        double[] rounds = {0.9, 0.8, Double.NaN};
        return new Results(
                "short",
                Instant.parse("2010-12-01T08:26:00Z"),
                Instant.parse("2010-12-01T08:30:00Z"),
                Map.of("cores", "2"),
                List.of(new Results.Row(
                        "whole-path",
                        "Whole path",
                        "orders/s",
                        List.of(
                                Results.Comparison.of("against the loop", "×", rounds, 0.85, true),
                                Results.Comparison.of("only reported", "ms", rounds, null, false)),
                        List.of(Results.Measured.of(HOSTILE, "batch=50", rounds, Map.of("p99 ms", 12.5))),
                        "60,000 of 60,000 rows",
                        List.of("a note"),
                        List.of(new Results.Plot(
                                "latency",
                                new Results.Axis("offered orders/s", false),
                                new Results.Axis("ms", true),
                                List.of(new Results.Series(HOSTILE, List.of(new double[] {1, 2}))))))));
    }
}
