package ordersystem.benchmark;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** How often a second the disk can be made to keep what was written (fdatasync): the measure of all durable systems on it. */
final class DiskSyncs {

    private static final long TIME_NS = 1_000_000_000;
    private static final int BYTES = 512;

    /** Space of each thread, written over and over: the file's size never changes, so that only data is synced. */
    private static final int REGION = 1 << 20;

    private DiskSyncs() {}

    /** Syncs a second, all threads together, each with writes of its own to one file. */
    static double perSecond(Path folder, int threads) throws IOException, InterruptedException, ExecutionException {
        Path file = Files.createTempFile(folder, "syncs", null);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(threads * REGION), 0);
            channel.force(true);
            long start = System.nanoTime();
            List<Callable<Long>> loops = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                long from = (long) i * REGION;
                loops.add(() -> {
                    long syncs = 0;
                    for (; System.nanoTime() - start < TIME_NS; syncs++) {
                        channel.write(ByteBuffer.allocate(BYTES), from + syncs * BYTES % REGION);
                        channel.force(false);
                    }
                    return syncs;
                });
            }
            long all = 0;
            for (Future<Long> each : pool.invokeAll(loops)) {
                all += each.get();
            }
            return all * 1e9 / (System.nanoTime() - start);
        } finally {
            pool.shutdown();
            Files.delete(file);
        }
    }
}
