package ordersystem.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How each {@link Fault} is done. Each returns when it struck, of the system's nanosecond clock, and ends when what was struck has been started
 * again.
 */
final class Strikes {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration FORWARD = Duration.ofHours(1);
    /** What waits for its turn waits as much longer, and so does the test. */
    private static final Duration BACK = Duration.ofSeconds(-10);

    private static final int WAITING = 40;

    private Strikes() {}

    static long kill(ProgramUnderTest program) throws InterruptedException {
        long now = System.nanoTime();
        program.kill();
        startAgain(program);
        return now;
    }

    static long stop(ProgramUnderTest program) throws InterruptedException {
        long now = System.nanoTime();
        assertThat(program.stop(LIMIT)).as("exit code after SIGTERM").isIn(0, 143);
        startAgain(program);
        return now;
    }

    /** Kills it, as if that had been in the middle of a write. */
    static long tear(ProgramUnderTest program) throws Exception {
        long now = System.nanoTime();
        program.kill();
        JournalTail tail = new JournalTail(program.home().resolve("data/broker"));
        int before = tail.cutOff();
        tail.tear();
        startAgain(program);
        assertThat(tail.cutOff()).as("torn tails that were cut off").isEqualTo(before + 1);
        return now;
    }

    static long restart(BrokerUnderTest broker) throws Exception {
        long now = System.nanoTime();
        broker.kill();
        broker.start();
        return now;
    }

    static long restart(Database database) throws Exception {
        long now = System.nanoTime();
        database.halt();
        database.start();
        return now;
    }

    static long cut(LinkCutter links) {
        int before = links.cuts();
        links.cutNext();
        await("a link is cut").atMost(LIMIT).pollInterval(Duration.ofMillis(5)).until(() -> links.cuts() > before);
        return System.nanoTime();
    }

    /** Has orders sent until one is refused. */
    static long fill(Customers customers, OutsideAccount account) {
        int before = account.refusals();
        await("the store is full")
                .atMost(LIMIT.multipliedBy(2))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> {
                    if (customers.open() < WAITING) {
                        customers.feed(WAITING, Seam.Needs.ANY);
                    }
                    return account.refusals() > before;
                });
        return System.nanoTime();
    }

    /** An hour forward, as after a pause of the machine; then ten seconds back, as when somebody sets it right. */
    static long jump(JumpingClock clock, ProgramUnderTest program, Customers customers) throws IOException {
        clock.jump(FORWARD);
        awaitSeen(clock, program, customers);
        long now = System.nanoTime();
        clock.jump(BACK);
        awaitSeen(clock, program, customers);
        return now;
    }

    /** The ledger's time of a new order is that of the program's clock. */
    private static void awaitSeen(JumpingClock clock, ProgramUnderTest program, Customers customers) {
        List<String> posted = new ArrayList<>();
        await("the program sees its clock jump")
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(250))
                .until(() -> {
                    Sending look = Ordeal.order("look-" + System.nanoTime());
                    boolean seen = !posted.isEmpty() && clock.shows(receivedAt(program, posted.get(posted.size() - 1)));
                    if (customers.post(look)) {
                        posted.add(look.invoice().orderId());
                    }
                    return seen;
                });
    }

    /** The beginning of time where the ledger does not have it yet. */
    private static Instant receivedAt(ProgramUnderTest program, String orderId)
            throws IOException, InterruptedException {
        String time = program.api().order(orderId).json().path("receivedAt").asText();
        return time.isEmpty() ? Instant.EPOCH : Instant.parse(time);
    }

    private static void startAgain(ProgramUnderTest program) {
        program.start();
        assertThat(program.isAlive())
                .as("it started again: %s", program.output())
                .isTrue();
    }
}
