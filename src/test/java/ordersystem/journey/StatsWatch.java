package ordersystem.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Reads the stats all the time, whether the program lives or not, and has the account check the sum. */
final class StatsWatch implements AutoCloseable {
    private static final long EVERY_MILLIS = 50;

    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
    private final ScheduledFuture<?> readings;

    StatsWatch(Api api, OutsideAccount account) {
        readings = executor.scheduleWithFixedDelay(
                () -> {
                    try {
                        api.stats().ifPresent(account::read);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                0,
                EVERY_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() throws Exception {
        if (readings.isDone()) {
            readings.get(); // a reading threw, and there were none after it
        }
        executor.shutdownNow();
        assertThat(executor.awaitTermination(1, TimeUnit.MINUTES))
                .as("the last reading has ended")
                .isTrue();
    }
}
