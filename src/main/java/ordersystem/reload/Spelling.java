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
        int shorter = Math.min(name.length(), other.length());
        boolean begins = shorter >= 4 && name.regionMatches(true, 0, other, 0, shorter);
        return begins || name.equalsIgnoreCase(other) || distance(name, other) <= Math.max(1, shorter / 3);
    }

    /** How many characters to insert, remove, replace, or swap with their neighbour. */
    static int distance(String a, String b) {
        int[][] table = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    table[i][j] = i + j;
                    continue;
                }
                int cost = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                int best = Math.min(Math.min(table[i - 1][j], table[i][j - 1]) + 1, table[i - 1][j - 1] + cost);
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                table[i][j] = swapped ? Math.min(best, table[i - 2][j - 2] + 1) : best;
            }
        }
        return table[a.length()][b.length()];
    }
}
