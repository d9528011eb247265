package ordersystem.benchmark;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * When something happened to each order of a run: microseconds since 1970 by the order's number, 0 where it has not. The
 * clock is the machine's, so that what two processes saw can be compared. One thread at a time.
 */
final class Times {

    private static final long LONGEST = 3_600_000_000L;

    private final long[] micros;

    Times(int orders) {
        this(new long[orders]);
    }

    private Times(long[] micros) {
        this.micros = micros;
    }

    static long now() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    int orders() {
        return micros.length;
    }

    void set(int order, long time) {
        micros[order] = time;
    }

    long get(int order) {
        return micros[order];
    }

    boolean has(int order) {
        return micros[order] != 0;
    }

    /** Orders to which it happened. */
    int count() {
        return countUntil(Long.MAX_VALUE);
    }

    /** Orders to which it had happened by then. */
    int countUntil(long time) {
        return (int) Arrays.stream(micros).filter(at -> at != 0 && at <= time).count();
    }

    /** Orders to which this happened, but not that. */
    int without(Times that) {
        int without = 0;
        for (int i = 0; i < micros.length; i++) {
            if (has(i) && !that.has(i)) {
                without++;
            }
        }
        return without;
    }

    /** The last time; 0 if it happened to none. */
    long last() {
        return Arrays.stream(micros).max().orElse(0);
    }

    /** How long after {@code earlier} it happened, in microseconds; of those orders to which both happened. */
    Histogram since(Times earlier) {
        Histogram lapse = histogram();
        for (int i = 0; i < micros.length; i++) {
            if (has(i) && earlier.has(i)) {
                record(lapse, micros[i] - earlier.micros[i]);
            }
        }
        return lapse;
    }

    /** For microseconds up to an hour, three digits. */
    static Histogram histogram() {
        return new Histogram(LONGEST, 3);
    }

    static void record(Histogram histogram, long lapse) {
        histogram.recordValue(Math.max(0, Math.min(LONGEST, lapse)));
    }

    /** Orders to which {@code earlier} had happened and this had not, each second from the first until the last: a plot. */
    List<double[]> waiting(Times earlier) {
        long start = Arrays.stream(earlier.micros).filter(at -> at != 0).min().orElse(0);
        long end = Math.max(last(), earlier.last());
        List<double[]> points = new ArrayList<>();
        for (long at = start; at < end + 1_000_000; at += 1_000_000) {
            points.add(new double[] {(at - start) / 1e6, earlier.countUntil(at) - countUntil(at)});
        }
        return points;
    }

    void write(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(micros.length * Long.BYTES);
        bytes.asLongBuffer().put(micros);
        Files.write(file, bytes.array());
    }

    static Times read(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        long[] micros = new long[bytes.capacity() / Long.BYTES];
        bytes.asLongBuffer().get(micros);
        return new Times(micros);
    }
}
