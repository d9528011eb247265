package ordersystem.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/**
 * The secret that a program shows to the public port. Made of 32 random bytes, so that its hash needs no rounds: nobody can
 * try them all. Immutable.
 */
public final class ApiKey {

    private static final String PREFIX = "os_";
    private static final String HASH = "sha256:";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String secret;

    private ApiKey(String secret) {
        this.secret = secret;
    }

    /** A new one. */
    public static ApiKey make() {
        byte[] random = new byte[32];
        RANDOM.nextBytes(random);
        return new ApiKey(PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(random));
    }

    /** What its owner has to keep. */
    public String secret() {
        return secret;
    }

    /** For the file of keys, from which the secret cannot be told. */
    public String hash() {
        return HASH + HexFormat.of().formatHex(digest(secret));
    }

    /** @throws IllegalArgumentException for what {@link #hash} does not make */
    static byte[] parseHash(String text) {
        if (!text.matches(HASH + "[0-9a-f]{64}")) {
            throw new IllegalArgumentException("no hash of a key; 'ordersystem api-key' makes one");
        }
        return HexFormat.of().parseHex(text, HASH.length(), text.length());
    }

    static byte[] digest(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "an API key";
    }
}
