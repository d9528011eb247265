package ordersystem.monitoring;

import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.StandardMBean;
import ordersystem.admission.Mode;
import ordersystem.processing.OrderStats;
import ordersystem.processing.OrderStats.AdmissionStats;
import ordersystem.waiting.AdmissionWatch;
import org.jspecify.annotations.Nullable;

/** The MXBean {@code ordersystem:type=Admission}: how many normal orders are deferred, and why. Thread-safe. */
public final class AdmissionSwitch implements AdmissionMXBean {

    /** Under which {@link #mbean()} is to be registered. */
    public static final String OBJECT_NAME = "ordersystem:type=Admission";

    /** JMX does not tell who acts. */
    private static final String JMX = "JMX";

    /** What is shown beside attributes and operations, in Hawtio and elsewhere. */
    private static final Map<String, String> DESCRIPTIONS = Map.ofEntries(
            Map.entry("Mode", "AUTO: follows the delay of normal orders; FIXED: as set; OFF: nothing is deferred"),
            Map.entry(
                    "Probability",
                    "That a normal order which comes now is deferred, 0 to 1; setting it sets mode FIXED"),
            Map.entry("SetBy", "Who set the mode; null where it is the configured one"),
            Map.entry("DelaySeconds", "How long a normal order waits that goes into its lane now"),
            Map.entry("RatePerSecond", "Turns of normal orders a second, when there is enough to do; 0 while unknown"),
            Map.entry("Admitted", "Orders that went into their lane at once; never falls"),
            Map.entry("Deferred", "Orders that had to wait first; never falls"),
            Map.entry("DeferredNow", "Orders that are deferred at present"),
            Map.entry("Released", "Deferred orders that have gone on; never falls"),
            Map.entry("OldestDeferredSeconds", "Since the order came that has been deferred for longest"),
            Map.entry("HighLaneDelaySeconds", "How long a high order waits that goes into its lane now"),
            Map.entry("explain", "Why an order was admitted or deferred, and when it goes on"));

    private final AdmissionWatch watch;
    private final Supplier<OrderStats> stats;

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

    /** This, with words beside its attributes and operations. */
    public Object mbean() {
        return new StandardMBean(this, AdmissionMXBean.class, true) {
            @Override
            protected String getDescription(MBeanInfo info) {
                return "Which normal orders are deferred under overload, and why";
            }

            @Override
            protected String getDescription(MBeanAttributeInfo info) {
                return DESCRIPTIONS.getOrDefault(info.getName(), info.getName());
            }

            @Override
            protected String getDescription(MBeanOperationInfo info) {
                return DESCRIPTIONS.getOrDefault(info.getName(), info.getName());
            }

            @Override
            protected String getParameterName(MBeanOperationInfo operation, MBeanParameterInfo info, int sequence) {
                return "orderId";
            }
        };
    }
}
