package ordersystem.audit;

import java.io.PrintWriter;
import ordersystem.Settings;

/** STUB. */
public final class Audit {
    private final Settings settings;

    public Audit(Settings settings) {
        this.settings = settings;
    }

    /** Prints the sums and the first offenders; 0 where all agrees, 1 where it does not. */
    public int run(PrintWriter out) {
        out.println("audit (stub) of " + settings.path("orders.data-dir"));
        return 0;
    }
}
