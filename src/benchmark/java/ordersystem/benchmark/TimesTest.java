package ordersystem.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TimesTest {

    private static final long START = 1_700_000_000_000_000L;

    @Test
    void aLapseIsCountedForOrdersThatHaveBothTimes() {
        Times sent = times(0, 1_000_000, 2_000_000, -1);
        Times done = times(500_000, -1, 2_100_000, 9_000_000);

        Histogram lapse = done.since(sent);

        assertThat(lapse.getTotalCount()).isEqualTo(2);
        assertThat(lapse.getMean()).isBetween(299_000.0, 301_000.0);
        assertThat(sent.without(done)).isEqualTo(1);
        assertThat(done.without(sent)).isEqualTo(1);
    }

    @Test
    void whatWaitsIsWhatHasBegunAndNotEnded() {
        Times sent = times(0, 500_000, 1_000_000);
        Times done = times(900_000, 1_900_000, -1);

        assertThat(done.waiting(sent)).containsExactly(new double[] {0, 1}, new double[] {1, 2}, new double[] {2, 1});
    }

    @Test
    void timesComeOutOfAFileAsTheyWereWritten(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("times");
        times(7, -1, 9).write(file);

        Times read = Times.read(file);

        assertThat(read.orders()).isEqualTo(3);
        assertThat(read.get(0)).isEqualTo(START + 7);
        assertThat(read.has(1)).isFalse();
        assertThat(read.count()).isEqualTo(2);
        assertThat(read.last()).isEqualTo(START + 9);
    }

    /** Microseconds after the start; -1 for never. */
    private static Times times(long... offsets) {
        Times times = new Times(offsets.length);
        for (int i = 0; i < offsets.length; i++) {
            if (offsets[i] >= 0) {
                times.set(i, START + offsets[i]);
            }
        }
        return times;
    }
}
