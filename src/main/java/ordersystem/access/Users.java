package ordersystem.access;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A file of users, {@code orders.management.users-file} or {@code orders.broker.users-file}, which may be the same: a line
 * {@code name=roles hash} each. Read again when it has changed. Thread-safe.
 */
public final class Users {

    /** Checked where nobody has the name, so that the time does not tell which names there are. */
    private static final PasswordHash NOBODYS = PasswordHash.of("a password that nobody has");

    private static final Set<Role> ROLES = EnumSet.allOf(Role.class);
    private static final String HMAC = "HmacSHA256";

    private record Entry(User user, PasswordHash hash) {}

    /**
     * What the file said.
     *
     * @param known users by a keyed digest of name and password: each was checked against its hash once
     */
    private record Content(Map<String, Entry> entries, Map<String, User> known) {
        Content() {
            this(new HashMap<>(), new ConcurrentHashMap<>());
        }

        void add(String line) {
            User.Line read = User.Line.of(line, ROLES);
            String name = read.user().name();
            if (entries.put(name, new Entry(read.user(), PasswordHash.parse(read.hash()))) != null) {
                throw new IllegalArgumentException("the user " + name + " stands here twice");
            }
        }
    }

    private final AccessFile<Content> file;
    private final SecretKeySpec key = randomKey();

    /**
     * Reads it.
     *
     * @param setting that names the file
     * @throws IllegalArgumentException with file, line and what to do, where it cannot be read or has a mistake
     */
    public Users(Path file, String setting) {
        this.file = new AccessFile<>(file, setting, "ordersystem password", Content::new, Content::add);
    }

    /** Somebody who was found before with this password, at once; nobody where {@link #check} has to be asked. */
    public Optional<User> known(String name, String password) {
        return Optional.ofNullable(file.content().known().get(digest(name, password)));
    }

    /** The user with this name and this password. Takes tenths of a second. */
    public Optional<User> check(String name, String password) {
        Content now = file.content();
        @Nullable Entry entry = now.entries().get(name);
        boolean fits = (entry == null ? NOBODYS : entry.hash()).fits(password);
        if (entry == null || !fits) {
            return Optional.empty();
        }
        now.known().put(digest(name, password), entry.user());
        return Optional.of(entry.user());
    }

    private static SecretKeySpec randomKey() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return new SecretKeySpec(key, HMAC);
    }

    /** With a key of this process's, so that what lies in memory is no quick way to guess passwords elsewhere. */
    private String digest(String name, String password) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            return Base64.getEncoder()
                    .encodeToString(mac.doFinal((name + "\n" + password).getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java has " + HMAC, e);
        }
    }
}
