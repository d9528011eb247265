package ordersystem.operations;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import ordersystem.order.Excerpt;

/** The system refused, with a problem as in RFC 9457. The message is what to show, fit for a terminal, on some lines. */
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ProblemException(JsonNode problem) {
        super(String.join(System.lineSeparator(), lines(problem)));
    }

    /** Title and detail; then each violation on a line of its own, in place of a detail that strings them together. */
    private static List<String> lines(JsonNode problem) {
        List<String> lines = new ArrayList<>();
        JsonNode violations = problem.path("violations");
        String title = problem.path("title").asText("");
        String detail = problem.path("detail").asText("");
        lines.add(plain(violations.isEmpty() && !detail.isEmpty() ? title + ": " + detail : title));
        for (JsonNode violation : violations) {
            String field = violation.path("field").asText("");
            lines.add(plain("  " + (field.isEmpty() ? "" : field + ": ")
                    + violation.path("problem").asText("")));
        }
        return lines;
    }

    private static String plain(String line) {
        return Excerpt.escaped(line, Integer.MAX_VALUE);
    }
}
