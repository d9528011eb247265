package ordersystem.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Processor time of the whole machine, from Linux. */
final class MachineTime {

    private static final double TICKS_PER_SECOND = 100; // USER_HZ, the same on every Linux

    private MachineTime() {}

    /** Seconds that all processors together were busy since the machine started. */
    static double busySeconds() {
        try {
            // cpu  user nice system idle iowait irq softirq steal
            String[] ticks = Files.readAllLines(Path.of("/proc/stat")).get(0).split(" +");
            long busy = Long.parseLong(ticks[1])
                    + Long.parseLong(ticks[2])
                    + Long.parseLong(ticks[3])
                    + Long.parseLong(ticks[6])
                    + Long.parseLong(ticks[7]);
            return busy / TICKS_PER_SECOND;
        } catch (IOException e) {
            return Double.NaN; // not a Linux: reported as not known
        }
    }
}
