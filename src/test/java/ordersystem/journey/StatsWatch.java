package ordersystem.journey;

import java.util.concurrent.TimeUnit;

/** Reads the stats all the time, whether the program lives or not, and has the account check the sum. */
final class StatsWatch implements AutoCloseable {
    private static final long EVERY_MILLIS = 50;

    private final Thread thread;

    StatsWatch(Api api, OutsideAccount account) {
        thread = new Thread(
                () -> {
                    try {
                        while (true) {
                            api.stats().ifPresent(account::read);
                            TimeUnit.MILLISECONDS.sleep(EVERY_MILLIS);
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "stats-watch");
        thread.start();
    }

    @Override
    public void close() throws InterruptedException {
        thread.interrupt();
        thread.join();
    }
}
