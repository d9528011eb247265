package ordersystem.drill;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whether the customer's four demands held, from what was counted outside; and whether OrderSystem's own audit agrees.
 *
 * @param holds all demands are met, and the audit agrees
 * @param answer in one sentence
 */
record Verdict(boolean holds, String answer, List<Demand> demands, boolean auditAgrees) {

    /** The customer's figures. */
    private static final double LESS_TIME_PERCENT = 30;

    private static final double INTEGRITY_PERCENT = 99.9;

    /** @param audit null where there was none, which is no agreement */
    static Verdict of(SystemDay ours, SystemDay theirs, @Nullable Audit audit) {
        List<Demand> demands = List.of(
                lessTime(ours, theirs), integrity(ours, theirs), high(ours, theirs), noBottleneck(ours, theirs));
        boolean auditAgrees = audit != null && audit.accountedFor();
        long met = demands.stream().filter(Demand::met).count();
        boolean holds = met == demands.size() && auditAgrees;
        return new Verdict(holds, answer(ours, theirs, met, demands.size(), auditAgrees), demands, auditAgrees);
    }

    private static Demand lessTime(SystemDay ours, SystemDay theirs) {
        double less = lessPercent(ours, theirs);
        return new Demand(
                "Less time for an order, mean, from the moment it was to be sent until the warehouse has it",
                change(LESS_TIME_PERCENT),
                change(less) + ", " + seconds(ours.processing().mean()),
                seconds(theirs.processing().mean()),
                less >= LESS_TIME_PERCENT);
    }

    private static double lessPercent(SystemDay ours, SystemDay theirs) {
        return 100 * (1 - ours.processing().mean() / theirs.processing().mean());
    }

    private static Demand integrity(SystemDay ours, SystemDay theirs) {
        return new Demand(
                "Integrity: accepted orders that the warehouse got, once",
                "≥ " + INTEGRITY_PERCENT + " %",
                integrity(ours),
                integrity(theirs),
                ours.integrityPercent() >= INTEGRITY_PERCENT);
    }

    private static String integrity(SystemDay day) {
        Tally tally = day.tally();
        return String.format(
                Locale.ROOT,
                "%s %% of %,d: %,d lost, %,d twice, %,d unasked",
                percent(day.integrityPercent()),
                tally.accepted(),
                tally.lost(),
                tally.twice(),
                tally.unasked());
    }

    /** Never rounded up to 100. */
    private static String percent(double value) {
        return Double.isNaN(value) || value == 100
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.3f", Math.floor(value * 1000) / 1000);
    }

    private static Demand high(SystemDay ours, SystemDay theirs) {
        return new Demand(
                "High orders that the warehouse never got",
                "0",
                high(ours),
                high(theirs),
                ours.tally().highNotProcessed() == 0 && ours.tally().high() > 0);
    }

    private static String high(SystemDay day) {
        return String.format(
                Locale.ROOT,
                "%,d of %,d",
                day.tally().highNotProcessed(),
                day.tally().high());
    }

    private static Demand noBottleneck(SystemDay ours, SystemDay theirs) {
        Tally tally = ours.tally();
        return new Demand(
                "No bottleneck, no loss: customers sent away while the service was up; orders not accepted by the end;"
                        + " lost, twice, unasked",
                "none of these",
                bottleneck(ours),
                bottleneck(theirs),
                tally.refused() + tally.notAccepted() + tally.lost() + tally.twice() + tally.unasked() == 0);
    }

    private static String bottleneck(SystemDay day) {
        Tally tally = day.tally();
        return String.format(
                Locale.ROOT,
                "%,d sent away, %,d not accepted, %,d lost, %,d twice, %,d unasked",
                tally.refused(),
                tally.notAccepted(),
                tally.lost(),
                tally.twice(),
                tally.unasked());
    }

    private static String answer(SystemDay ours, SystemDay theirs, long met, int demands, boolean auditAgrees) {
        return String.format(
                Locale.ROOT,
                "On this day OrderSystem met %s: %,d of %,d accepted orders lost, %,d twice, %,d of %,d high"
                        + " ones left over, and an order took %s, %s the synchronous service's %s; its customer had it"
                        + " confirmed after %s, the other's after %s.%s",
                met == demands
                        ? "all four demands of the customer"
                        : met + " of the customer's " + demands + " demands",
                ours.tally().lost(),
                ours.tally().accepted(),
                ours.tally().twice(),
                ours.tally().highNotProcessed(),
                ours.tally().high(),
                seconds(ours.processing().mean()),
                difference(lessPercent(ours, theirs)),
                seconds(theirs.processing().mean()),
                seconds(ours.answering().mean()),
                seconds(theirs.answering().mean()),
                auditAgrees ? "" : " Its own audit does not agree.");
    }

    private static String difference(double lessPercent) {
        return whole(lessPercent) + (lessPercent >= 0 ? " % less than" : " % more than");
    }

    private static String change(double lessPercent) {
        return (lessPercent >= 0 ? "−" : "+") + whole(lessPercent) + " %";
    }

    /** Without its sign, and never rounded in our favour. */
    private static String whole(double lessPercent) {
        return String.format(Locale.ROOT, "%.0f", Math.abs(Math.floor(lessPercent)));
    }

    private static String seconds(double seconds) {
        return seconds < 1
                ? String.format(Locale.ROOT, "%.0f ms", seconds * 1_000)
                : String.format(Locale.ROOT, "%.2f s", seconds);
    }
}
