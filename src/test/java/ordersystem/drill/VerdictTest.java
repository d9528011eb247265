package ordersystem.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Each wrong that a system can do turns the verdict, however well all else went. */
class VerdictTest {

    private static final int ORDERS = 5_000;
    private static final Audit AGREES = new Audit(true, "");

    private final AtomicLong nanos = new AtomicLong();
    private final Plan plan = new Plan(
            new SaleCurve(ORDERS, Duration.ofSeconds(10)),
            Duration.ZERO,
            Duration.ZERO,
            Duration.ofMillis(20),
            0,
            Duration.ofSeconds(30),
            Duration.ofSeconds(5),
            100,
            List.of("-Xmx512m"),
            1);
    private final DayOrders orders = orders();

    private static DayOrders orders() {
        try {
            return new DayOrders(Path.of("examples/orders/online-retail.ndjson"), "day", ORDERS, 1);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aGoodDayHolds() {
        Verdict verdict = judge(ours());

        assertThat(verdict.holds()).isTrue();
        assertThat(verdict.demands()).extracting(Demand::met).containsExactly(true, true, true, true);
        assertThat(verdict.answer())
                .startsWith("On this day OrderSystem met all four demands of the customer: 0 of ")
                .endsWith(
                        "and an order took 50 ms, 50 % less than the synchronous service's 100 ms; its customer had it confirmed after"
                                + " 25 ms, the other's after 50 ms.");
        assertThat(verdict.demands().get(0).measured()).isEqualTo("−50 %, 50 ms");
        assertThat(verdict.demands().get(1).measured())
                .startsWith("100 % of 3,")
                .endsWith(": 0 lost, 0 twice, 0 unasked");
    }

    @Test
    void oneOrderThatIsLostTurnsIt() {
        int lost = first(i -> orders.isGood(i) && !orders.isHigh(i));
        Account account = account();
        liveThrough(account, 50, i -> i != lost);

        Verdict verdict = judge(account);

        assertThat(verdict.holds()).isFalse();
        assertThat(verdict.demands().get(3))
                .extracting(Demand::met, Demand::measured)
                .containsExactly(false, "0 sent away, 0 not accepted, 1 lost, 0 twice, 0 unasked");
        assertThat(verdict.demands().get(1).measured()).startsWith("99.97").contains(": 1 lost");
    }

    @Test
    void oneOrderThatIsThereTwiceTurnsIt() {
        Account account = ours();
        account.delivered(orders.id(first(orders::isGood)));

        Verdict verdict = judge(account);

        assertThat(verdict.holds()).isFalse();
        assertThat(verdict.demands().get(3).measured())
                .isEqualTo("0 sent away, 0 not accepted, 0 lost, 1 twice, 0 unasked");
    }

    @Test
    void oneHighOrderThatIsLeftOverTurnsItThoughNobodyAcceptedIt() {
        int left = first(orders::isHigh);
        Account account = account();
        liveThrough(account, 50, i -> true, i -> i != left);

        Verdict verdict = judge(account);

        assertThat(verdict.holds()).isFalse();
        assertThat(verdict.demands().get(2).met()).isFalse();
        assertThat(verdict.demands().get(2).measured()).startsWith("1 of ");
    }

    @Test
    void anOrderThatNobodySentIsAgainstIntegrity() {
        Account account = ours();
        for (int i = 0; i < 10; i++) {
            account.delivered("stranger." + i);
        }

        Verdict verdict = judge(account);

        assertThat(verdict.demands().get(1).met()).isFalse();
        assertThat(verdict.demands().get(1).measured()).startsWith("99.73").endsWith(", 10 unasked");
    }

    @Test
    void oneCustomerSentAwayIsABottleneckButNotWhileTheServiceIsKilled() {
        Account away = account();
        away.killed();
        away.answered(0, Answer.NO_CONNECTION, away.now());
        away.answered(0, Answer.REFUSED, away.now());
        liveThrough(away, 50, i -> true);
        Account refused = ours();
        refused.answered(0, Answer.REFUSED, refused.now());

        assertThat(judge(away).holds()).isTrue();
        assertThat(away.course().tally().refusedWhileAway()).isEqualTo(2);
        assertThat(judge(refused).demands().get(3))
                .extracting(Demand::met, Demand::measured)
                .containsExactly(false, "1 sent away, 0 not accepted, 0 lost, 0 twice, 0 unasked");
    }

    @Test
    void lessThanThirtyPercentLessTimeIsNotEnough() {
        Account account = account();
        liveThrough(account, 71, i -> true);

        Verdict verdict = judge(account);

        assertThat(verdict.holds()).isFalse();
        assertThat(verdict.demands()).extracting(Demand::met).containsExactly(false, true, true, true);
        assertThat(verdict.answer()).contains("met 3 of the customer's 4 demands");
    }

    @Test
    void whatIsMoreIsCalledMore() {
        Account account = account();
        liveThrough(account, 200, i -> true);

        assertThat(judge(account).demands().get(0).measured()).isEqualTo("+100 %, 200 ms");
    }

    @Test
    void anAuditThatDoesNotAgreeOrWasNotMadeTurnsIt() {
        SystemDay ours = day(ours());
        SystemDay theirs = day(theirs());

        assertThat(Verdict.of(ours, theirs, new Audit(false, "")).holds()).isFalse();
        assertThat(Verdict.of(ours, theirs, null).holds()).isFalse();
        assertThat(Verdict.of(ours, theirs, null).answer()).endsWith("Its own audit does not agree.");
    }

    @Test
    void anOrderThatNeverCameCountsUntilTheEnd() {
        int lost = first(orders::isGood);
        Account account = account();
        liveThrough(account, 50, i -> i != lost);
        nanos.addAndGet(Duration.ofSeconds(100).toNanos());

        Lapse processing = account.course().processing(i -> true);

        assertThat(processing.longest()).isGreaterThan(100);
    }

    @Test
    void itHasCaughtUpWhenNoMoreWaitThanCameInTheLastSecond() {
        long[] due = {0, 1_000_000, 2_000_000, 3_000_000, 4_000_000, 5_000_000};
        DayOrders few = good(due.length);
        Account account = new Account(few, due, nanos::get);
        for (int second = 0; second <= 8; second++) {
            nanos.set(second * 1_000_000_000L);
            if (second == 1) {
                account.killed();
            }
            if (second == 4) {
                account.answered(0, Answer.ACCEPTED, account.now());
                for (int i = 0; i < 4; i++) {
                    account.delivered(few.id(i));
                }
            }
        }
        Course course = account.course();

        assertThat(course.reopened()).isEqualTo(4_000_000);
        assertThat(course.secondsUntilCaughtUp(course.killed(), course.reopened()))
                .isEqualTo(3.0);
        assertThat(course.secondsUntilCaughtUp(course.killed(), 6_500_000)).isNaN();
    }

    /** Orders all of which are good, and none of them sent once more. */
    private static DayOrders good(int count) {
        try {
            for (long seed = 0; ; seed++) {
                DayOrders drawn = new DayOrders(Path.of("examples/orders/online-retail.ndjson"), "day", count, seed);
                if (IntStream.range(0, count).allMatch(i -> drawn.isGood(i) && !drawn.isRepeated(i))) {
                    return drawn;
                }
            }
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void ofAnOrdersTimeIsToldHowMuchTheWarehouseWasDown() {
        long second = 1_000_000;
        Account account = new Account(orders, new long[ORDERS], nanos::get);
        nanos.set(100 * second * 1_000);
        for (int i = 0; i < ORDERS; i++) {
            if (orders.isGood(i) && !orders.isRepeated(i)) {
                account.delivered(orders.id(i));
            }
        }
        Course course = account.course();

        assertThat(course.meanWhileDown(50 * second, 60 * second)).isEqualTo(10);
        assertThat(course.meanWhileDown(95 * second, 105 * second)).isEqualTo(5);
        assertThat(course.meanWhileDown(95 * second, Account.NEVER)).isEqualTo(5);
        assertThat(course.meanWhileDown(150 * second, 160 * second)).isZero();
        assertThat(course.meanWhileDown(Account.NEVER, Account.NEVER)).isZero();
    }

    private int first(IntPredicate which) {
        return IntStream.range(0, ORDERS).filter(which).findFirst().orElseThrow();
    }

    private Account account() {
        nanos.set(0);
        return new Account(orders, plan.curve().times(1), nanos::get);
    }

    private Account ours() {
        Account account = account();
        liveThrough(account, 50, i -> true);
        return account;
    }

    private Account theirs() {
        Account account = account();
        liveThrough(account, 100, i -> true);
        return account;
    }

    private void liveThrough(Account account, int millis, IntPredicate isDelivered) {
        liveThrough(account, millis, isDelivered, i -> true);
    }

    /** Each order is delivered so many milliseconds after it is due, and answered after half of them. */
    private void liveThrough(Account account, int millis, IntPredicate isDelivered, IntPredicate isAccepted) {
        for (int i = 0; i < ORDERS; i++) {
            nanos.set((account.due(i) + millis * 500L) * 1_000);
            account.sent();
            if (!orders.isGood(i)) {
                account.answered(i, Answer.REJECTED, account.due(i));
            } else if (isAccepted.test(orders.original(i))) {
                account.answered(i, Answer.ACCEPTED, account.due(i));
                nanos.set((account.due(i) + millis * 1_000L) * 1_000);
                if (!orders.isRepeated(i) && isDelivered.test(i)) {
                    account.delivered(orders.id(i));
                }
            }
        }
    }

    private Verdict judge(Account account) {
        SystemDay ours = day(account);
        return Verdict.of(ours, day(theirs()), AGREES);
    }

    private SystemDay day(Account account) {
        return SystemDay.of("a system", "", plan, account.course(), Account.NEVER, Account.NEVER, List.of(), true);
    }
}
