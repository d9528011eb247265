package ordersystem.access;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * Somebody with a name who may use one of the ports.
 *
 * @param name 1 to 64 of letters, digits, {@code . _ @ -}; it is kept with what the user does
 * @param roles at least one
 */
public record User(String name, Set<Role> roles) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._@-]{1,64}");

    /** @throws IllegalArgumentException for a name that is not allowed, or without a role */
    public User {
        roles = Set.copyOf(roles);
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("a user's name is 1 to 64 of letters, digits, . _ @ -");
        }
        if (roles.isEmpty()) {
            throw new IllegalArgumentException("a user has at least one role");
        }
    }

    /** With one role. */
    public User(String name, Role role) {
        this(name, Set.of(role));
    }

    public boolean may(Role role) {
        return roles.contains(role);
    }

    /** As a line for the file of users, or of keys. */
    public String line(Object hash) {
        return name + "=" + Role.words(roles) + " " + hash;
    }

    /** What such a line says. */
    record Line(User user, String hash) {
        static Line of(String line, Set<Role> allowed) {
            int equals = line.indexOf('=');
            String[] value = line.substring(equals + 1).strip().split("\\s+", 2);
            if (equals < 1 || value.length < 2) {
                throw new IllegalArgumentException("not a line of the form name=role hash");
            }
            return new Line(new User(line.substring(0, equals).strip(), Role.of(value[0], allowed)), value[1]);
        }
    }
}
