package ordersystem.monitoring;

import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * A health check that says how something stands, in its message. Never part of liveness: a restart is no help for any of
 * it.
 */
public final class Standing extends AbstractHealthCheck {

    /**
     * How something stands.
     *
     * @param level how bad that is
     */
    public record Word(Level level, String words) {

        public enum Level {
            /** All is well, or orders are taken in all the same and people know. */
            UP,
            /** Something is wrong, and orders are taken in all the same: still ready. */
            AILING,
            /** No order can be taken in. */
            DOWN
        }
    }

    private final Supplier<Word> word;

    private Standing(String id, Supplier<Word> word) {
        super("ordersystem", id);
        this.word = word;
    }

    /**
     * One that is always up: with the brake open, in maintenance or under overload orders are taken in all the same, and
     * whoever restarts or takes out of service what is not healthy would end just that.
     */
    public static void register(CamelContext context, String id, Supplier<String> words) {
        registerCheck(context, id, () -> new Word(Word.Level.UP, words.get()));
    }

    static void registerCheck(CamelContext context, String id, Supplier<Word> word) {
        HealthCheckRegistry.get(context).register(new Standing(id, word));
    }

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        Word now = word.get();
        boolean isReady = now.level() != Word.Level.DOWN;
        boolean isAskedForReady = options.get(CHECK_KIND) == Kind.READINESS;
        builder.message(safe(now.words()))
                .state(now.level() == Word.Level.UP || (isReady && isAskedForReady) ? State.UP : State.DOWN);
    }

    /** Camel escapes what JSON escapes twice, so that it can be read and looks odd; an exception's message has anything in it. */
    private static String safe(String words) {
        return words.replace('"', '\'').replaceAll("[\\\\\\p{Cntrl}]", " ");
    }
}
