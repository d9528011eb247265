package ordersystem;

import java.io.PrintWriter;

/** STUB: broker, ledger and routes are wired here. */
final class OrderSystem implements AutoCloseable {
    private final Settings settings;

    OrderSystem(Settings settings) {
        this.settings = settings;
    }

    public static void main(String[] args) {
        // Exits even where a thread of a library still runs: a failed start must not leave a process behind.
        System.exit(Commands.execute(args));
    }

    /** Starts everything, and prints where it is once it is ready. */
    void start(PrintWriter out) {
        out.println("OrderSystem (stub) with " + settings.path("orders.data-dir"));
    }

    /** Waits until {@link #close()} has been called. */
    void awaitStop() {}

    /** Safe to call twice, during a start, and after one that failed. */
    @Override
    public void close() {}
}
