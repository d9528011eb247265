package ordersystem.reload;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the name that somebody who mistyped one probably meant. */
public final class Spelling {

    private Spelling() {}

    /** The known name that takes the fewest keystrokes to correct, however many; empty where none is known. */
    public static Optional<String> nearest(String name, Collection<String> known) {
        return known.stream()
                .min(Comparator.<String>comparingInt(candidate -> distance(name, candidate))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** {@code : did you mean 'x'?}, or nothing where no known name is near. */
    static String didYouMean(String name, Collection<String> known) {
        return nearest(name, known)
                .filter(near -> isNear(name, near))
                .map(near -> ": did you mean '" + near + "'?")
                .orElse("");
    }

    /** Whether one may be a misspelling of the other. */
    static boolean isNear(String name, String other) {
        return name.equalsIgnoreCase(other)
                || distance(name, other) <= Math.max(1, Math.min(name.length(), other.length()) / 3);
    }

    /** Levenshtein's: the least number of characters to insert, remove or replace. */
    static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
