package ordersystem.journey;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Some who try the same attack again and again until they are closed, each as soon as he is answered and not more than 250 times a
 * second; and what they are answered.
 */
final class Attackers implements AutoCloseable {

    private static final int ATTACKERS = Integer.getInteger("pressure.attackers", 4);
    private static final int EVERY_MILLIS = 4;

    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(ATTACKERS);
    private final List<Attack.Tries> attackers = new ArrayList<>();
    private final Map<String, Integer> answers = new ConcurrentHashMap<>();

    Attackers(Attack attack, ProgramUnderTest program) {
        for (int i = 0; i < ATTACKERS; i++) {
            Attack.Tries tries = new Attack.Tries(program);
            attackers.add(tries);
            threads.scheduleAtFixedRate(
                    () -> answers.merge(attack.once(tries), 1, Integer::sum), 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** How many, by status; {@code closed} is a connection that was closed without one, {@code open} one that is held open. */
    Map<String, Integer> answers() {
        return new TreeMap<>(answers);
    }

    @Override
    public String toString() {
        return answers.values().stream().mapToInt(Integer::intValue).sum() + " tries, answered " + answers();
    }

    /** Returns when they have had their last answer and closed what they held. */
    @Override
    public void close() throws InterruptedException {
        threads.shutdown();
        if (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
            throw new AssertionError("an attacker is never answered: " + answers);
        }
        attackers.forEach(Attack.Tries::close);
    }
}
