package ordersystem.access;

import io.vertx.ext.auth.HashingStrategy;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is kept of a password: PBKDF2 with HMAC-SHA-512, its salt and its rounds, in the format of Vert.x. Making and checking
 * one takes tenths of a second, as it should. Immutable.
 */
public final class PasswordHash {

    public static final int SHORTEST_PASSWORD = 12;
    private static final int LONGEST_PASSWORD = 1_000;

    /** OWASP Password Storage Cheat Sheet, for PBKDF2-HMAC-SHA512. */
    private static final int ROUNDS = 210_000;

    /** A file with fewer is refused; more than the most would stop the port for seconds. */
    private static final int LEAST_ROUNDS = 100_000;

    private static final int MOST_ROUNDS = 10_000_000;
    private static final int SALT_BYTES = 16;
    private static final Pattern FORMAT =
            Pattern.compile("\\$pbkdf2\\$it=(\\d{6,8})\\$[A-Za-z0-9+/_-]{16,}=*\\$[A-Za-z0-9+/_-]{40,}=*");
    private static final HashingStrategy HASHING = HashingStrategy.load();
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String text;

    private PasswordHash(String text) {
        this.text = text;
    }

    /** @throws IllegalArgumentException for a password that is too short or too long */
    public static PasswordHash of(String password) {
        if (password.length() < SHORTEST_PASSWORD || password.length() > LONGEST_PASSWORD) {
            throw new IllegalArgumentException(
                    "a password has " + SHORTEST_PASSWORD + " to " + LONGEST_PASSWORD + " characters");
        }
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        return new PasswordHash(HASHING.hash(
                "pbkdf2",
                Map.of("it", Integer.toString(ROUNDS)),
                Base64.getEncoder().withoutPadding().encodeToString(salt),
                password));
    }

    /** @throws IllegalArgumentException for anything that {@link #toString} has not made, a plain password above all */
    static PasswordHash parse(String text) {
        Matcher matcher = FORMAT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("no hash of a password; 'ordersystem password' makes one");
        }
        int rounds = Integer.parseInt(matcher.group(1));
        if (rounds < LEAST_ROUNDS || rounds > MOST_ROUNDS) {
            throw new IllegalArgumentException(rounds + " rounds; " + LEAST_ROUNDS + " to " + MOST_ROUNDS);
        }
        return new PasswordHash(text);
    }

    /** Compares in constant time. */
    boolean fits(String password) {
        return password.length() <= LONGEST_PASSWORD && HASHING.verify(text, password);
    }

    @Override
    public String toString() {
        return text;
    }
}
