package ordersystem.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of users, {@code orders.management.users-file}: a line {@code name=role hash} each. Read again when it has changed; a
 * change with a mistake in it is told in the log, and what was there before goes on holding. Thread-safe.
 */
public final class Users {

    private static final Logger LOG = LoggerFactory.getLogger(Users.class);

    /** Checked where nobody has the name, so that the time does not tell which names there are. */
    private static final PasswordHash NOBODYS = PasswordHash.of("a password that nobody has");

    private static final String HMAC = "HmacSHA256";

    private record Entry(User user, PasswordHash hash) {}

    /**
     * What the file said.
     *
     * @param known users by a keyed digest of name and password: each was checked against its hash once
     */
    private record Content(Map<String, Entry> entries, FileTime readAs, Map<String, User> known) {}

    private final Path file;
    private final SecretKeySpec key = randomKey();
    private volatile Content content;

    /** @throws IllegalArgumentException with file, line and what to do, where it cannot be read or has a mistake */
    public Users(Path file) {
        this.file = file;
        this.content = read();
    }

    /** Somebody who was found before with this password, at once; nobody where {@link #check} has to be asked. */
    public Optional<User> known(String name, String password) {
        return Optional.ofNullable(current().known().get(digest(name, password)));
    }

    /** The user with this name and this password. Takes tenths of a second. */
    public Optional<User> check(String name, String password) {
        Content now = current();
        @Nullable Entry entry = now.entries().get(name);
        boolean fits = (entry == null ? NOBODYS : entry.hash()).fits(password);
        if (entry == null || !fits) {
            return Optional.empty();
        }
        now.known().put(digest(name, password), entry.user());
        return Optional.of(entry.user());
    }

    private Content current() {
        Content now = content;
        try {
            if (Files.getLastModifiedTime(file).equals(now.readAs())) {
                return now;
            }
        } catch (IOException e) {
            return now; // being replaced; a file that stays away keeps its users, as an unreadable one does
        }
        return readAgain();
    }

    private synchronized Content readAgain() {
        Content before = content;
        try {
            content = read();
            LOG.info("{} was read again: {} users", file, content.entries().size());
        } catch (IllegalArgumentException e) {
            LOG.error("The users of before go on holding: {}", e.getMessage());
            content = new Content(before.entries(), modified(before.readAs()), before.known());
        }
        return content;
    }

    private FileTime modified(FileTime otherwise) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return otherwise;
        }
    }

    private Content read() {
        List<String> lines;
        FileTime modified;
        try {
            modified = Files.getLastModifiedTime(file);
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "orders.management.users-file: " + file + " cannot be read ("
                            + e.getClass().getSimpleName()
                            + "); make it with 'ordersystem password', or empty the setting",
                    e);
        }
        Map<String, Entry> entries = new HashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            try {
                Entry entry = entry(line);
                if (entries.put(entry.user().name(), entry) != null) {
                    throw new IllegalArgumentException(
                            "the user " + entry.user().name() + " stands here twice");
                }
            } catch (IllegalArgumentException e) {
                // Never the line itself: it may hold a password.
                throw new IllegalArgumentException(file + ":" + (i + 1) + ": " + e.getMessage(), e);
            }
        }
        if (entries.isEmpty()) {
            throw new IllegalArgumentException(
                    file + ": nobody could use the management port; 'ordersystem password' makes a line for it");
        }
        return new Content(Map.copyOf(entries), modified, new ConcurrentHashMap<>());
    }

    private static Entry entry(String line) {
        int equals = line.indexOf('=');
        String[] value = line.substring(equals + 1).strip().split("\\s+", 2);
        if (equals < 1 || value.length < 2) {
            throw new IllegalArgumentException("not a line of the form name=role hash");
        }
        Role role = Role.of(value[0]).orElseThrow(() -> new IllegalArgumentException("the role is look or operate"));
        return new Entry(new User(line.substring(0, equals).strip(), role), PasswordHash.parse(value[1]));
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
