package ordersystem.drill;

import java.io.PrintStream;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** How a drill gets on: a bar with live figures on a terminal, elsewhere a line now and then. One thread. */
final class Progress {

    private static final long LINE_EVERY = 5_000_000;

    private final PrintStream out;
    private final boolean terminal;
    private @Nullable ProgressBar bar;
    private String name = "";
    private long nextLine;

    /** @param terminal whether somebody looks on */
    Progress(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    void say(String line) {
        out.println(line);
    }

    void begin(String service, SaleCurve curve) {
        name = service;
        nextLine = 0;
        if (terminal) {
            bar = new ProgressBarBuilder()
                    .setTaskName(service)
                    .setInitialMax(curve.length().toMillis())
                    .setUnit("s", 1_000)
                    .setStyle(ProgressBarStyle.ASCII)
                    .hideEta()
                    .setUpdateIntervalMillis(250)
                    .build();
        }
    }

    /**
     * How it stands.
     *
     * @param memory of the service in MB; NaN where it is not known
     * @param isDown whether the warehouse is
     */
    void show(Account account, double memory, boolean isDown) {
        long now = account.now();
        String figures = String.format(
                Locale.ROOT,
                "%,d sent, %,d accepted, %,d done, %.0f MB%s",
                account.sentOrders(),
                account.acceptedOrders(),
                account.deliveredOrders(),
                memory,
                isDown ? ", warehouse down" : "");
        if (bar != null) {
            bar.stepTo(Math.min(bar.getMax(), now / 1_000));
            bar.setExtraMessage(figures);
        } else if (now >= nextLine) {
            nextLine = now + LINE_EVERY;
            out.printf(Locale.ROOT, "%s: %d s, %s%n", name, now / 1_000_000, figures);
        }
    }

    void end() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
