package ordersystem.drill;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import ordersystem.report.Plot;
import org.jspecify.annotations.Nullable;

/**
 * What a drill found; {@code results.json} is this record as JSON.
 *
 * @param mode short, full, or the options that made it another
 * @param answer in one sentence
 * @param holds whether the customer's demands held; false where the drill was interrupted
 * @param interrupted it was ended before both days were over: what follows is what was measured by then
 * @param plan what the day was made of, by name
 * @param demands empty where it was interrupted
 * @param audit of OrderSystem's data after the day; null where it was interrupted
 * @param systems OrderSystem first
 * @param method how it was done
 * @param limits what it does not show
 * @param environment what it ran on
 */
record Results(
        String mode,
        Instant startedAt,
        Instant finishedAt,
        String answer,
        boolean holds,
        boolean interrupted,
        Map<String, String> plan,
        List<Demand> demands,
        @Nullable Audit audit,
        List<SystemDay> systems,
        List<Plot> plots,
        List<String> method,
        List<String> limits,
        Map<String, String> environment) {}
