package ordersystem.operations;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Looks on while a replay goes on, until the outcome of each of its orders is known or the operator has seen enough. */
final class ReplayWatch {

    private final ManagementClient system;
    private final String id;
    private final Consumer<String> lines;
    private final CountDownLatch left = new CountDownLatch(1);

    /** @param lines is told how far it is, whenever that changed */
    ReplayWatch(ManagementClient system, String id, Consumer<String> lines) {
        this.system = system;
        this.id = id;
        this.lines = lines;
    }

    /** Returns the latest answer; leaves on Ctrl-C. */
    Answer untilSettled(Duration interval) {
        Thread onInterrupt = new Thread(this::leave, "leave-replay");
        Runtime.getRuntime().addShutdownHook(onInterrupt);
        try {
            return look(interval);
        } catch (NotRunningException e) {
            throw new NotRunningException(e.getMessage() + "; " + goesOn(), e);
        } finally {
            if (left.getCount() > 0) {
                Runtime.getRuntime().removeShutdownHook(onInterrupt);
            }
        }
    }

    /** Looks no longer. The replay goes on, and the operator is told so. */
    void leave() {
        left.countDown();
        lines.accept(goesOn());
    }

    private String goesOn() {
        return "the replay goes on without this command; see it with 'dead-letters replays " + id
                + "', end it with 'dead-letters stop-replay " + id + "'";
    }

    private Answer look(Duration interval) {
        String before = "";
        while (true) {
            Answer answer = system.get("/api/dead-letters/replays/" + ManagementClient.segment(id), Map.of());
            String now = progress(new Fields(answer.json()));
            if (!now.equals(before) && left.getCount() > 0) {
                lines.accept(now);
            }
            before = now;
            if (new Fields(answer.json()).given("settledAt").isPresent() || isLeft(interval)) {
                return answer;
            }
        }
    }

    private boolean isLeft(Duration interval) {
        try {
            return left.await(interval.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private static String progress(Fields replay) {
        Fields outcomes = replay.of("outcomes");
        return replay.text("status") + ": " + replay.text("sentOn") + " of " + replay.text("chosen") + " sent on, "
                + outcomes.given("SUCCEEDED").orElse("0") + " succeeded, "
                + outcomes.given("FAILED").orElse("0") + " failed again, "
                + outcomes.given("TAKEN_OVER").orElse("0") + " taken over, "
                + outcomes.given("UNDER_WAY").orElse("0") + " under way"
                + replay.given("pausedBecause").map(why -> " (" + why + ")").orElse("");
    }
}
