package ordersystem.access;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The file of API keys, {@code orders.api.key-file}: a line {@code name=roles hash} each. A name may stand there with several
 * keys, so that a new one can be handed out before the old one is taken away; read again when it has changed. Thread-safe.
 */
public final class ApiKeys {

    private static final Set<Role> ROLES = Set.of(Role.SEND, Role.LOOK);

    private record Entry(User owner, byte[] digest) {}

    private final AccessFile<List<Entry>> file;

    /** @throws IllegalArgumentException with file, line and what to do, where it cannot be read or has a mistake */
    public ApiKeys(Path file) {
        this.file = new AccessFile<>(
                file, "orders.api.key-file", "ordersystem api-key", ArrayList::new, (entries, line) -> {
                    User.Line read = User.Line.of(line, ROLES);
                    entries.add(new Entry(read.user(), ApiKey.parseHash(read.hash())));
                });
    }

    /**
     * A line for the file.
     *
     * @throws IllegalArgumentException for a role that is none of the public port's
     */
    public static String line(User owner, ApiKey key) {
        String line = owner.line(key.hash());
        User.Line.of(line, ROLES);
        return line;
    }

    /** Whose key this is. Takes the same time whether it is known or not. */
    public Optional<User> owner(String secret) {
        byte[] digest = ApiKey.digest(secret);
        Optional<User> owner = Optional.empty();
        for (Entry entry : file.content()) {
            if (MessageDigest.isEqual(entry.digest(), digest)) {
                owner = Optional.of(entry.owner());
            }
        }
        return owner;
    }
}
