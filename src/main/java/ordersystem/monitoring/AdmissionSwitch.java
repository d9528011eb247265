package ordersystem.monitoring;

import java.util.Locale;
import java.util.function.Supplier;
import ordersystem.admission.Mode;
import ordersystem.processing.OrderStats;
import ordersystem.processing.OrderStats.AdmissionStats;
import ordersystem.waiting.AdmissionWatch;
import org.jspecify.annotations.Nullable;

/** The MXBean {@code ordersystem:type=Admission}: how many normal orders are deferred, and why. Thread-safe. */
public final class AdmissionSwitch implements AdmissionMXBean {

    /** Under which this is to be registered. */
    public static final String OBJECT_NAME = "ordersystem:type=Admission";

    /** JMX does not tell who acts. */
    private static final String JMX = "JMX";

    private final AdmissionWatch watch;
    private final Supplier<OrderStats> stats;

    /** @param stats as of the last second: attributes are read one after another */
    public AdmissionSwitch(AdmissionWatch watch, Supplier<OrderStats> stats) {
        this.watch = watch;
        this.stats = stats;
    }

    @Override
    public String getMode() {
        return watch.control().mode().name();
    }

    @Override
    public void setMode(String mode) {
        try {
            watch.set(Mode.valueOf(mode.strip().toUpperCase(Locale.ROOT)), null, JMX);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("mode: '" + mode + "'; AUTO, FIXED or OFF", e);
        }
    }

    @Override
    public double getProbability() {
        return watch.control().probability();
    }

    @Override
    public void setProbability(double probability) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("probability: " + probability + "; 0 to 1");
        }
        watch.set(Mode.FIXED, probability, JMX);
    }

    @Override
    public @Nullable String getSetBy() {
        return watch.control().by();
    }

    @Override
    public double getDelaySeconds() {
        return watch.control().normal().delay();
    }

    @Override
    public double getRatePerSecond() {
        return watch.control().normal().rate();
    }

    @Override
    public long getAdmitted() {
        return admission().admitted();
    }

    @Override
    public long getDeferred() {
        return admission().deferred();
    }

    @Override
    public long getDeferredNow() {
        return stats.get().deferred();
    }

    @Override
    public long getReleased() {
        return admission().released();
    }

    @Override
    public long getOldestDeferredSeconds() {
        return admission().oldestDeferredSeconds();
    }

    @Override
    public double getHighLaneDelaySeconds() {
        return watch.control().high().delay();
    }

    @Override
    public String explain(String orderId) {
        return watch.explain(orderId).orElseThrow(() -> new IllegalArgumentException("no order has the id " + orderId));
    }

    private AdmissionStats admission() {
        return stats.get().admission();
    }
}
