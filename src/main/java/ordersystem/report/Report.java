package ordersystem.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.Properties;

/**
 * The report of a run: one HTML file that opens from disk without a network. What is drawn is said by a template of the caller's;
 * how all reports look, and how plots are drawn, stands in report.css and report.js beside this class.
 */
public final class Report {
    public static final JsonMapper JSON = JsonMapper.builder()
            .addModule(new SimpleModule("ISO 8601").addSerializer(Instant.class, ToStringSerializer.instance))
            .build();

    private Report() {}

    /**
     * Writes the report, and {@code results.json} beside it. Files of an earlier run are replaced.
     *
     * @param results as JSON they are in both files; {@link Plot}s among them are for the template to draw
     * @param template a resource with HTML
     */
    public static void write(Object results, String template, Path html) throws IOException {
        Files.createDirectories(Objects.requireNonNull(html.toAbsolutePath().getParent()));
        JSON.writerWithDefaultPrettyPrinter()
                .writeValue(html.resolveSibling("results.json").toFile(), results);
        // The results come last, so that a name in them is never taken for a placeholder; without any "<" they can
        // neither end the script element that they stand in nor open a comment there.
        Files.writeString(
                html,
                text(template)
                        .replace("/* report.css */", text("ordersystem/report/report.css"))
                        .replace("/* report.js */", text("ordersystem/report/report.js"))
                        .replace("/* uPlot.min.css */", uPlot("uPlot.min.css"))
                        .replace("/* uPlot.iife.min.js */", uPlot("uPlot.iife.min.js"))
                        .replace(
                                "{\"results\": 0}",
                                JSON.writeValueAsString(results).replace("<", "\\u003c")));
    }

    /** A file of the webjar; its version is in the path, and said by its Maven properties. */
    private static String uPlot(String file) throws IOException {
        Properties maven = new Properties();
        maven.load(new StringReader(text("META-INF/maven/org.webjars.npm/uplot/pom.properties")));
        return text("META-INF/resources/webjars/uplot/" + maven.getProperty("version") + "/dist/" + file);
    }

    private static String text(String resource) throws IOException {
        try (InputStream in = Report.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                throw new FileNotFoundException(resource + ": not on the class path");
            }
            return new String(in.readAllBytes(), UTF_8);
        }
    }
}
