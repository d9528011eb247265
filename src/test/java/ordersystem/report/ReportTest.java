package ordersystem.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
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
        assertThat(embedded.at("/name").textValue()).isEqualTo(HOSTILE);
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
        Report.write(results(), "ordersystem/drill/report.html", html);
        return Files.readString(html);
    }

    private String between(String start, String end) throws Exception {
        String page = page();
        int from = page.indexOf(start) + start.length();
        return page.substring(from, page.indexOf(end, from));
    }

    private static Map<String, Object> results() {
        return Map.of("name", HOSTILE, "startedAt", Instant.parse("2010-12-01T08:26:00Z"));
    }
}
