package ordersystem.waiting;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import ordersystem.admission.Admission;
import ordersystem.admission.AdmissionControl;
import ordersystem.admission.Flow;
import ordersystem.admission.Mode;
import ordersystem.ledger.Counts;
import ordersystem.ledger.Deferrals.Seen;
import ordersystem.ledger.Deferrals.Step;
import ordersystem.ledger.Ledger;
import ordersystem.ledger.LedgerUnavailableException;
import ordersystem.order.Lane;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bean {@code admissionWatch}: takes the control of admission a step on each second, in the ledger, where all instances have
 * it, and tells {@link Admission}; and sets its mode for people. Thread-safe.
 */
public final class AdmissionWatch {

    private static final Logger LOG = LoggerFactory.getLogger(AdmissionWatch.class);

    /** Another version may have more in it, or less. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private final Ledger ledger;
    private final Admission admission;
    private final AdmissionControl configured;
    private final Duration target;
    private final BooleanSupplier isWorking;
    private volatile @Nullable Instant oldestDeferred;

    /**
     * Reads how it stands, so that a start in the middle of an overload goes on with it.
     *
     * @param configured with the mode that holds until somebody sets another
     * @param target the delay of normal orders that is to be held
     * @param isWorking false while nothing is worked off on purpose: that is no overload
     */
    public AdmissionWatch(
            Ledger ledger,
            Admission admission,
            AdmissionControl configured,
            Duration target,
            BooleanSupplier isWorking) {
        this.ledger = ledger;
        this.admission = admission;
        this.configured = configured;
        this.target = target;
        this.isWorking = isWorking;
        admission.set(read(ledger.deferrals().control()));
        if (admission.control().by() != null && admission.control().mode() != configured.mode()) {
            LOG.info(
                    "Admission is {}, as {} has set it, and not {} as in orders.admission.mode",
                    admission.control().mode(),
                    admission.control().by(),
                    configured.mode());
        }
    }

    /** One step, where it is time for one. Called each second by a route. */
    public void look() {
        try {
            admission.set(read(
                    isWorking.getAsBoolean()
                            ? ledger.deferrals().take(this::next)
                            : ledger.deferrals().control()));
            oldestDeferred = ledger.deferrals().oldest();
        } catch (LedgerUnavailableException e) {
            LOG.debug("Admission stays as it was: {}", e.getMessage());
        }
    }

    /**
     * Sets the mode for all instances, from now on and after a restart.
     *
     * @param probability of mode FIXED, 0 to 1; null leaves it as it is
     */
    public void set(Mode mode, @Nullable Double probability, String by) {
        admission.set(read(ledger.deferrals().take(seen -> {
            AdmissionControl before = read(seen.control());
            return new Step(
                    write(before.switched(mode, probability == null ? before.fixed() : probability, by, seen.now())),
                    0,
                    0);
        })));
        LOG.info(
                "Admission: {} with probability {}; {} says so",
                mode,
                admission.control().probability(),
                by);
    }

    public AdmissionControl control() {
        return admission.control();
    }

    /** When the order came that has been deferred for longest; null where none is. */
    public @Nullable Instant oldestDeferred() {
        return oldestDeferred;
    }

    /** In a sentence, why an order was admitted or deferred, and when it goes on; empty where nobody knows it. */
    public Optional<String> explain(String orderId) {
        return ledger.find(orderId).map(Explanation::of);
    }

    /** Null where replays may go on: not while normal orders are deferred. */
    public @Nullable String whyReplaysWait() {
        double probability = control().probability();
        return probability < AdmissionControl.OVERLOAD
                ? null
                : String.format(Locale.ROOT, "normal orders are being deferred (probability %.2f)", probability);
    }

    private Step next(Seen seen) {
        AdmissionControl now = read(seen.control())
                .next(
                        new AdmissionControl.Reading(
                                seen.now(), reading(seen.counts(), Lane.NORMAL), reading(seen.counts(), Lane.HIGH)),
                        target);
        return new Step(write(now), now.due(target), now.room(target));
    }

    private static Flow.Reading reading(Counts counts, Lane lane) {
        Counts.Of of = counts.of(lane);
        return new Flow.Reading(Math.max(0, of.onItsWay()), of.ended(), of.released());
    }

    /** What nobody has set is as it is configured, whatever was configured when it was written. */
    private AdmissionControl read(String control) {
        if (control.isEmpty()) {
            return configured;
        }
        try {
            AdmissionControl kept = JSON.readValue(control, AdmissionControl.class);
            return kept.by() == null ? kept.switched(configured.mode(), configured.fixed(), null, null) : kept;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("ledger: settings row 'admission' is not readable: " + control, e);
        }
    }

    private static String write(AdmissionControl control) {
        try {
            return JSON.writeValueAsString(control);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot be written: " + control, e);
        }
    }
}
