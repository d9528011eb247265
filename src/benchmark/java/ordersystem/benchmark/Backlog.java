package ordersystem.benchmark;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A backlog that is taken in, held, and worked off, with a sample each second; in the worker, on its main thread. */
final class Backlog {

    private static final double MB = 1 << 20;
    private static final int STEP = 500;

    private final Pipeline pipeline;
    private final Queues queues;
    private final List<double[]> samples = new ArrayList<>();
    private long start;
    private double due;
    private double peak;

    Backlog(Pipeline pipeline, Queues queues) {
        this.pipeline = pipeline;
        this.queues = queues;
    }

    /** Answers the seconds of each phase, the heap, and samples of seconds, orders not yet handed over, and heap in MB. */
    Map<String, Object> run(String run, int count) throws Exception {
        start = System.nanoTime();
        for (int sent = 0; sent < count; sent += STEP) {
            sample(sent);
            queues.fill(pipeline.incoming(), run, sent, Math.min(count, sent + STEP));
        }
        double takenIn = seconds();
        System.gc();
        double held = used();
        double drainStart = seconds();
        pipeline.start();
        Queues.await(
                pipeline.fulfilled(),
                () -> {
                    long handedOver = Queues.depth(pipeline.fulfilled());
                    sample(count - handedOver);
                    return handedOver;
                },
                count);
        Map<String, Object> found = new LinkedHashMap<>();
        found.put("intakeSeconds", takenIn);
        found.put("seconds", seconds() - drainStart);
        found.put("heapHeldMb", held);
        due = 0; // the last sample, whatever the time
        sample(0);
        found.put("heapPeakMb", peak);
        found.put("samples", samples);
        return found;
    }

    private void sample(long waiting) {
        double used = used();
        peak = Math.max(peak, used);
        if (seconds() >= due) {
            samples.add(new double[] {seconds(), waiting, used});
            due = Math.floor(seconds()) + 1;
        }
    }

    private double seconds() {
        return (System.nanoTime() - start) / 1e9;
    }

    private static double used() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / MB;
    }
}
