package ordersystem.monitoring;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What somebody said, for a second: who asks for one figure after another is told those of one moment, and who asks more
 * often makes no more work. Thread-safe.
 */
final class Recent<T> implements Supplier<T> {

    private static final Duration FRESH = Duration.ofSeconds(1);

    private final Supplier<T> source;
    private final Clock clock;
    private @Nullable T said;
    private Instant at = Instant.MIN;

    Recent(Supplier<T> source, Clock clock) {
        this.source = source;
        this.clock = clock;
    }

    @Override
    public synchronized T get() {
        Instant now = clock.instant();
        T known = said;
        // Or a clock that was set back.
        if (known == null || now.isBefore(at) || Duration.between(at, now).compareTo(FRESH) >= 0) {
            known = source.get();
            said = known;
            at = now;
        }
        return known;
    }
}
