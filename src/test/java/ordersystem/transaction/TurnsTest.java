package ordersystem.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TurnsTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    private final Turns turns = new Turns();

    @Test
    void whatIsInHandIsWaitedForAndWhatWouldBeginWaits() {
        assertThat(turns.begin(() -> true)).isTrue();
        CompletableFuture<Boolean> held = CompletableFuture.supplyAsync(() -> turns.hold(LONG));
        await("turns are held back").until(turns::isHeld);
        CompletableFuture<Boolean> next = CompletableFuture.supplyAsync(() -> turns.begin(() -> true));

        assertThat(turns.tryBegin()).isFalse();
        assertThat(held).isNotDone();
        turns.end();

        assertThat(held.join()).isTrue();
        assertThat(next).isNotDone();
        turns.release();
        assertThat(next.join()).isTrue();
    }

    @Test
    void oneThatIsNotWantedAnyMoreDoesNotWait() {
        assertThat(turns.hold(LONG)).isTrue();
        AtomicBoolean wanted = new AtomicBoolean(true);
        CompletableFuture<Boolean> next = CompletableFuture.supplyAsync(() -> turns.begin(wanted::get));

        wanted.set(false);

        assertThat(next.join()).isFalse();
    }

    @Test
    void aTurnThatDoesNotEndIsWaitedForNoLongerThanTheLimit() {
        assertThat(turns.tryBegin()).isTrue();

        assertThat(turns.hold(Duration.ofMillis(50))).isFalse();

        turns.release();
        assertThat(turns.tryBegin()).isTrue();
    }

    @Test
    void whatIsToRunWhenTurnsMayBeginRunsOnce() {
        AtomicInteger ran = new AtomicInteger();
        turns.whenReleased(ran::incrementAndGet);
        assertThat(ran).hasValue(1);

        assertThat(turns.hold(LONG)).isTrue();
        turns.whenReleased(ran::incrementAndGet);
        assertThat(ran).hasValue(1);
        turns.release();

        assertThat(ran).hasValue(2);
    }
}
