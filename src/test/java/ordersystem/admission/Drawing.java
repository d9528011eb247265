package ordersystem.admission;

import static ordersystem.admission.Comparison.number;

import java.util.List;
import java.util.function.IntToDoubleFunction;
import ordersystem.admission.Outcome.Kind;

/** The comparison as an SVG, to be read on light and on dark ground. */
final class Drawing {

    private static final int WIDTH = 1000;
    private static final int HEIGHT = 1010;
    private static final int POINTS = 240;

    private static final String STYLE = """
            <style>
              svg { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; --ink: #24292f; --faint: #d0d7de;
                --ADMISSION: #0969da; --THRESHOLD: #bf8700; --LANES: #1a7f37; --FIFO: #cf222e; }
              @media (prefers-color-scheme: dark) { svg { --ink: #d1d7e0; --faint: #3d444d;
                --ADMISSION: #58a6ff; --THRESHOLD: #d29922; --LANES: #3fb950; --FIFO: #ff7b72; } }
              text { fill: var(--ink); }
              .title { font-weight: 600; font-size: 15px; }
              .scale { font-size: 11px; opacity: 0.8; }
              .grid { stroke: var(--faint); stroke-width: 1; }
              .target { stroke: var(--ink); stroke-width: 1; stroke-dasharray: 3 4; }
              .load { fill: var(--faint); opacity: 0.35; }
              .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
              .ADMISSION { stroke: var(--ADMISSION); color: var(--ADMISSION); stroke-width: 2.5; }
              .THRESHOLD { stroke: var(--THRESHOLD); color: var(--THRESHOLD); }
              .LANES { stroke: var(--LANES); color: var(--LANES); }
              .FIFO { stroke: var(--FIFO); color: var(--FIFO); }
              .dot { fill: currentColor; stroke: none; }
            </style>
            """;

    private final Comparison comparison;
    private final StringBuilder svg = new StringBuilder();

    Drawing(Comparison comparison) {
        this.comparison = comparison;
    }

    String svg() {
        svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\">%n"
                .formatted(WIDTH, HEIGHT));
        svg.append("<title>Admission under overload, against a fixed threshold, lanes only and one FIFO</title>\n");
        svg.append(STYLE);
        legend();
        overTime(Scenario.STEP, 60, 60, 1_500);
        overTime(Scenario.HOUR, 560, 60, 6_000);
        dots("High orders: 99 of 100 take at most", Kind.HIGH, 60);
        dots("Admitted normal orders: 99 of 100 take at most", Kind.ADMITTED, 560);
        return svg.append("</svg>\n").toString().replace("\r", "");
    }

    private void legend() {
        int x = 60;
        for (Contender contender : Contender.values()) {
            svg.append("<line class=\"line %s\" x1=\"%d\" y1=\"18\" x2=\"%d\" y2=\"18\"/>%n"
                    .formatted(contender, x, x + 24));
            text(x + 30, 22, "", contender.title);
            x += 60 + 8 * contender.title.length();
        }
    }

    /** How long orders take, and below it the probability. */
    private void overTime(Scenario scenario, int left, int top, int until) {
        Panel took = new Panel(left, top + 30, 400, 260, until, 0.01, 10_000);
        Panel probability = new Panel(left, top + 350, 400, 110, until, 0, 1);
        text(left, top, "title", scenario.title());
        text(left, top + 19, "scale", "how long a normal order takes that is admitted at this moment");
        text(left, top + 339, "scale", "P: how likely a normal order is deferred instead");
        for (Panel panel : List.of(took, probability)) {
            rectangle(
                    panel.x(scenario.from()),
                    panel.top,
                    panel.x(scenario.to()) - panel.x(scenario.from()),
                    panel.height);
            for (int minutes = 0; minutes <= until / 60; minutes += until / 300) {
                text(
                        panel.x(minutes * 60) - 6,
                        panel.top + panel.height + 15,
                        "scale",
                        minutes + (minutes == 0 ? " min" : ""));
            }
        }
        for (double at = 0.01; at <= 10_000; at *= 10) {
            grid(took, at, seconds(at));
        }
        for (double at : new double[] {0, 0.5, 1}) {
            grid(probability, at, number("%.1f", at));
        }
        horizontal("target", took, Simulation.TARGET.toSeconds());
        text(left + 345, took.y(5) - 5, "scale", "target 5 s");
        for (Contender contender : List.of(Contender.FIFO, Contender.LANES, Contender.THRESHOLD, Contender.ADMISSION)) {
            Outcome outcome = comparison.of(scenario, contender);
            line(contender, took, outcome::took);
        }
        Outcome admission = comparison.of(scenario, Contender.ADMISSION);
        line(Contender.ADMISSION, probability, second -> admission.at(second).probability());
    }

    private void line(Contender contender, Panel panel, IntToDoubleFunction values) {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < POINTS; i++) {
            int second = (int) ((long) panel.until * i / POINTS);
            double value = values.applyAsDouble(second);
            if (value > 0 || panel.low == 0) {
                path.append(number(path.isEmpty() ? "M%.1f" : "L%.1f", panel.x(second)))
                        .append(number(" %.1f", panel.y(value)));
            }
        }
        svg.append("<path class=\"line %s\" d=\"%s\"/>%n".formatted(contender, path));
    }

    private void dots(String title, Kind kind, int left) {
        int top = 590;
        text(left, top, "title", title);
        Panel panel = new Panel(left, top + 15, 400, 350, 0, 0.01, 10_000);
        for (double at = 0.01; at <= 10_000; at *= 10) {
            double x = panel.across(at);
            svg.append(number("<line class=\"grid\" x1=\"%1$.1f\" x2=\"%1$.1f\"", x))
                    .append(" y1=\"%d\" y2=\"%d\"/>%n".formatted(panel.top, panel.top + panel.height));
            text(x - 12, panel.top + panel.height + 15, "scale", seconds(at));
        }
        int y = panel.top + 22;
        for (Scenario scenario : Scenario.ALL) {
            text(left, y - 6, "scale", scenario.title());
            for (Contender contender :
                    List.of(Contender.FIFO, Contender.LANES, Contender.THRESHOLD, Contender.ADMISSION)) {
                double value =
                        comparison.of(scenario, contender).latencies(kind).percentile(0.99);
                int lower = y + 5 + 7 * contender.ordinal();
                svg.append(number(
                                "<circle class=\"dot %s\" r=\"4.5\" cx=\"".replace("%s", contender.name()) + "%.1f\"",
                                panel.across(value)))
                        .append(" cy=\"%d\"/>%n".formatted(lower));
            }
            y += 57;
        }
    }

    private void grid(Panel panel, double at, String label) {
        horizontal("grid", panel, at);
        svg.append("<text class=\"scale\" text-anchor=\"end\" x=\"%d\"".formatted(panel.left - 6))
                .append(number(" y=\"%.1f\">", panel.y(at) + 4))
                .append(label)
                .append("</text>\n");
    }

    private void horizontal(String type, Panel panel, double at) {
        svg.append("<line class=\"%s\" x1=\"%d\" x2=\"%d\"".formatted(type, panel.left, panel.left + panel.width))
                .append(number(" y1=\"%1$.1f\" y2=\"%1$.1f\"/>%n", panel.y(at)));
    }

    private void rectangle(double x, int y, double width, int height) {
        svg.append("<rect class=\"load\" y=\"%d\" height=\"%d\"".formatted(y, height))
                .append(number(" x=\"%.1f\"", x))
                .append(number(" width=\"%.1f\"/>%n", width));
    }

    private void text(double x, double y, String type, String text) {
        svg.append(number("<text x=\"%.1f\"", x))
                .append(number(" y=\"%.1f\"", y))
                .append(" class=\"%s\">%s</text>%n".formatted(type, text));
    }

    private static String seconds(double seconds) {
        return seconds < 0.05
                ? "10 ms"
                : seconds < 0.5 ? "0.1 s" : seconds < 1_000 ? number("%.0f s", seconds) : number("%,.0f s", seconds);
    }

    /** Where in the drawing a value is. A lower bound of 0 makes it linear, any other logarithmic. */
    private record Panel(int left, int top, int width, int height, int until, double low, double high) {

        double x(double second) {
            return left + width * second / until;
        }

        double y(double value) {
            return top + height * (1 - share(value));
        }

        double across(double value) {
            return left + width * share(value);
        }

        private double share(double value) {
            return low == 0 ? value / high : Math.log10(Math.max(low, value) / low) / Math.log10(high / low);
        }
    }
}
