package ordersystem.drill;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.Map;

/**
 * One system's day in figures. Seconds and MB; NaN where something was not reached or could not be measured.
 *
 * @param whole whether the day came to its end
 * @param answers how often customers were answered so
 * @param answersWhileAway of these, those between the kill and the first order accepted after it
 * @param processing from the moment an order was to be sent until the warehouse has it
 * @param secondsWhileDown of the mean of {@code processing}, how much of it the warehouse was down
 * @param answering from the moment an order was to be sent until its 2xx
 * @param secondsToReopen from the kill until an order is accepted that was sent after it
 * @param secondsToCatchUpAfterKill from the kill until no more orders wait than came in the last second
 * @param secondsToCatchUpAfterOutage the same from the outage's end
 * @param memory by the hour of the day
 */
record SystemDay(
        String name,
        String settings,
        boolean whole,
        Tally tally,
        double integrityPercent,
        Map<String, Integer> answers,
        Map<String, Integer> answersWhileAway,
        Lapse processing,
        Lapse processingHigh,
        Lapse processingNormal,
        double secondsWhileDown,
        Lapse answering,
        double secondsToReopen,
        double secondsToCatchUpAfterKill,
        double secondsToCatchUpAfterOutage,
        double largestMemory,
        double outageBeginHour,
        double outageEndHour,
        double killHour,
        @JsonIgnore List<double[]> memory,
        @JsonIgnore Course course) {

    static SystemDay of(
            String name,
            String settings,
            Plan plan,
            Course course,
            long down,
            long up,
            List<double[]> memory,
            boolean whole) {
        Tally tally = course.tally();
        SaleCurve curve = plan.curve();
        return new SystemDay(
                name,
                settings,
                whole,
                tally,
                tally.integrityPercent(),
                Course.byText(course.answers()),
                Course.byText(course.answersWhileAway()),
                course.processing(i -> true),
                course.processing(course.orders()::isHigh),
                course.processing(i -> !course.orders().isHigh(i)),
                course.meanWhileDown(down, up),
                course.answering(i -> true),
                course.reopened() == Account.NEVER ? Double.NaN : (course.reopened() - course.killed()) / 1e6,
                course.secondsUntilCaughtUp(course.killed(), course.reopened()),
                course.secondsUntilCaughtUp(up, up),
                memory.stream().mapToDouble(sample -> sample[1]).max().orElse(Double.NaN),
                hour(curve, down),
                hour(curve, up),
                hour(curve, course.killed()),
                List.copyOf(memory),
                course);
    }

    private static double hour(SaleCurve curve, long micros) {
        return micros == Account.NEVER ? Double.NaN : curve.hour(micros);
    }
}
