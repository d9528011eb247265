package ordersystem.brake;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import ordersystem.SetClock;
import ordersystem.transaction.WorkGate.Leave;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When the brake opens, who may probe, and how it closes. */
class OutageBrakeTest {

    private static final String HIGH = "orders.high";
    private static final String NORMAL = "orders.normal";
    private static final Throwable AWAY = new IllegalStateException("the warehouse is away");

    private final SetClock clock = new SetClock();
    private final AtomicBoolean maintenance = new AtomicBoolean();
    private final OutageBrake brake = brake(true);

    private OutageBrake brake(boolean on) {
        return new OutageBrake(
                new OutageBrake.Limits(on, 50, 100, 20, Duration.ofSeconds(5), Duration.ofSeconds(10)),
                clock,
                maintenance::get);
    }

    @Test
    void itOpensWhenHalfOfTheLastTurnsFailed() {
        for (int i = 0; i < 60; i++) {
            succeed();
        }
        for (int i = 0; i < 49; i++) {
            fail();
            succeed();
        }
        assertThat(brake.state()).as("49 % of the last hundred").isEqualTo(BrakeState.CLOSED);
        assertThat(leave(NORMAL).holds()).isTrue();

        Leave before = leave(NORMAL);
        fail();

        assertThat(brake.state()).isEqualTo(BrakeState.OPEN);
        assertThat(before.holds()).as("a batch that has begun ends").isFalse();
    }

    @Test
    void itOpensWhenTwentyInARowFailedHoweverManySucceededBefore() {
        for (int i = 0; i < 100; i++) {
            succeed();
        }
        for (int i = 0; i < 19; i++) {
            assertThat(leave(NORMAL).failed(AWAY)).as("an attempt").isTrue();
        }
        assertThat(brake.state()).isEqualTo(BrakeState.CLOSED);

        assertThat(leave(NORMAL).failed(AWAY)).as("it is an outage now").isFalse();

        assertThat(brake.state()).isEqualTo(BrakeState.OPEN);
        assertThat(brake.failureRate()).hasValue(20);
        assertThat(brake.lastFailure()).isSameAs(AWAY);
    }

    @Test
    void switchedOffItNeverOpens() {
        OutageBrake off = brake(false);

        for (int i = 0; i < 200; i++) {
            assertThat(Objects.requireNonNull(off.enter(NORMAL)).failed(AWAY)).isTrue();
        }

        assertThat(off.state()).isEqualTo(BrakeState.CLOSED);
    }

    @Test
    void whileItIsOpenNobodyTakesAnythingThenOneOrderAtATimeAHighOneFirst() {
        open();

        clock.forward(Duration.ofSeconds(5));
        assertThat(brake.enter(HIGH)).isNull();
        assertThat(brake.enter(NORMAL)).isNull();

        clock.forward(Duration.ofMillis(1));
        assertThat(brake.enter(NORMAL)).as("the high lane is asked first").isNull();
        Leave probe = leave(HIGH);
        assertThat(probe.isForOne()).isTrue();
        assertThat(probe.holds()).isTrue();
        clock.forward(Duration.ofMinutes(1));
        assertThat(brake.enter(HIGH)).isNull();
        assertThat(brake.enter(NORMAL)).isNull();
        assertThat(brake.state()).isEqualTo(BrakeState.HALF_OPEN);

        assertThat(probe.failed(AWAY)).as("the order is a victim").isFalse();
        probe.close();
        assertThat(brake.state()).isEqualTo(BrakeState.OPEN);
        clock.forward(Duration.ofSeconds(5));
        assertThat(brake.enter(HIGH)).as("the interval begins again").isNull();
    }

    @Test
    void theLanesTakeTurnsWhileThereIsNoOrderToProbeWith() {
        open();
        clock.forward(Duration.ofMillis(5001));

        Leave empty = leave(HIGH);
        clock.forward(Duration.ofSeconds(2));
        empty.close();
        assertThat(brake.enter(HIGH)).isNull();
        leave(NORMAL).close();
        assertThat(brake.enter(NORMAL)).isNull();
        leave(HIGH).close();
        Leave probe = leave(NORMAL);
        probe.succeeded();
        probe.close();

        assertThat(brake.state()).isEqualTo(BrakeState.RAMP);
    }

    @Test
    void aLaneWhoseConsumersDoNotAskForASecondIsNotWaitedFor() {
        open();

        clock.forward(Duration.ofMillis(5999));
        assertThat(brake.enter(NORMAL)).isNull();
        clock.forward(Duration.ofMillis(1));

        leave(NORMAL);
    }

    @Test
    void whatATurnOfBeforeTheOutageEndsWithDoesNotCountAsTheProbe() {
        Leave good = leave(NORMAL);
        Leave bad = leave(NORMAL);
        open();
        clock.forward(Duration.ofMillis(5001));
        Leave probe = leave(HIGH);

        good.succeeded();
        assertThat(brake.state()).isEqualTo(BrakeState.HALF_OPEN);
        assertThat(bad.failed(AWAY)).isFalse();
        assertThat(brake.state()).isEqualTo(BrakeState.HALF_OPEN);

        probe.succeeded();
        assertThat(brake.state()).isEqualTo(BrakeState.RAMP);
    }

    @Test
    void afterTheOutageTheConsumersOfEachLaneBecomeMore() {
        open();
        clock.forward(Duration.ofMillis(5001));
        leave(HIGH).succeeded();

        List<Leave> normal = new ArrayList<>(take(NORMAL));
        assertThat(normal).hasSize(1);
        assertThat(take(HIGH))
                .as("idle consumers of one lane do not stand in the way of another")
                .hasSize(1);
        clock.forward(Duration.ofSeconds(1));
        normal.addAll(take(NORMAL));
        assertThat(normal).hasSize(2);
        clock.forward(Duration.ofSeconds(1));
        normal.addAll(take(NORMAL));
        assertThat(normal).hasSize(4);
        normal.get(0).close();
        assertThat(take(NORMAL)).as("in the place of the one that is done").hasSize(1);
        assertThat(leaveAll(normal)).as("not an attempt until it is over").isFalse();
        assertThat(brake.state()).isEqualTo(BrakeState.RAMP);

        clock.forward(Duration.ofSeconds(8));
        assertThat(brake.state()).isEqualTo(BrakeState.CLOSED);
        assertThat(leave(NORMAL).failed(AWAY)).isTrue();
    }

    @Test
    void itOpensAgainDuringTheRamp() {
        open();
        clock.forward(Duration.ofMillis(5001));
        leave(HIGH).succeeded();

        open();

        assertThat(brake.state()).isEqualTo(BrakeState.OPEN);
    }

    @Test
    void maintenanceHoldsEverybodyAndEndsBatchesThatHaveBegun() {
        Leave before = leave(NORMAL);

        maintenance.set(true);

        assertThat(before.holds()).isFalse();
        assertThat(brake.enter(NORMAL)).isNull();
        assertThat(brake.enter(HIGH)).isNull();
    }

    private void open() {
        Leave leave = leave(NORMAL);
        for (int i = 0; i < 20; i++) {
            leave.failed(AWAY);
        }
        leave.close();
        assertThat(brake.state()).isEqualTo(BrakeState.OPEN);
    }

    private void succeed() {
        leave(NORMAL).succeeded();
    }

    private void fail() {
        leave(NORMAL).failed(AWAY);
    }

    private static boolean leaveAll(List<Leave> leaves) {
        return leaves.stream().anyMatch(leave -> leave.failed(AWAY));
    }

    private Leave leave(String lane) {
        Leave leave = brake.enter(lane);
        assertThat(leave).as("leave to work for %s", lane).isNotNull();
        return Objects.requireNonNull(leave);
    }

    private List<Leave> take(String lane) {
        List<Leave> leaves = new ArrayList<>();
        for (@Nullable Leave leave = brake.enter(lane); leave != null; leave = brake.enter(lane)) {
            leaves.add(leave);
        }
        return leaves;
    }
}
