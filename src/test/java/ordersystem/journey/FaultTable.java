package ordersystem.journey;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What was found, as the tables of docs/faults.md: printed, and kept in {@code target/faults}. One thread. */
final class FaultTable {

    /** It did not go on. */
    static final long NEVER = -1;

    private static final Path FOLDER = Path.of("target/faults");

    private final List<Row> rows = new ArrayList<>();

    /**
     * A fault and what it came to.
     *
     * @param recoveries one a try: milliseconds until an order that was sent after the fault was through; {@link #NEVER}
     */
    record Row(Fault fault, OutsideAccount.Tally tally, List<Long> recoveries) {

        /** Whether nothing was lost or done twice, and it went on each time. */
        boolean isHeld() {
            return tally.lost().isEmpty() && tally.twice().isEmpty() && !recoveries.contains(NEVER);
        }

        String line() {
            List<Long> sorted = recoveries.stream()
                    .map(time -> time == NEVER ? Long.MAX_VALUE : time)
                    .sorted()
                    .toList();
            return "| %s | %d | %d | %d | %d | %d | %s | %s |"
                    .formatted(
                            fault.words(),
                            sorted.size(),
                            tally.sent(),
                            tally.accepted(),
                            tally.lost().size(),
                            tally.twice().size(),
                            seconds(sorted.get(sorted.size() / 2)),
                            seconds(sorted.get(sorted.size() - 1)));
        }

        private static String seconds(long millis) {
            return millis == Long.MAX_VALUE ? "never" : String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
        }

        @Override
        public String toString() {
            return fault.words() + ": " + tally.sent() + " sent, " + tally.accepted() + " accepted, lost "
                    + tally.lost() + ", twice " + tally.twice() + ", recoveries in ms " + recoveries + ", "
                    + tally.offences();
        }
    }

    void add(List<Row> found) {
        found.forEach(row -> System.out.println("faults: " + row.line()));
        rows.addAll(found);
    }

    /** Writes the table of all faults. */
    void write() throws IOException {
        List<String> lines = rows.stream()
                .sorted(Comparator.comparing(Row::fault))
                .map(Row::line)
                .toList();
        write(
                "faults.md",
                "| fault | tries | sent | accepted | lost | twice | recovery, median | longest |",
                "|---|---|---|---|---|---|---|---|",
                lines);
    }

    /** Writes a table, and prints it. */
    static void write(String file, String head, String rule, List<String> lines) throws IOException {
        List<String> all = new ArrayList<>(List.of(head, rule));
        all.addAll(lines);
        all.forEach(System.out::println);
        Files.createDirectories(FOLDER);
        Files.write(FOLDER.resolve(file), all);
    }
}
