package ordersystem.access;

import java.util.regex.Pattern;

/**
 * Somebody who may use the management port.
 *
 * @param name 1 to 64 of letters, digits, {@code . _ @ -}; it is kept with what the user does
 */
public record User(String name, Role role) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._@-]{1,64}");

    /** @throws IllegalArgumentException for a name that is not allowed */
    public User {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("a user's name is 1 to 64 of letters, digits, . _ @ -");
        }
    }

    /** As a line for the file of users. */
    public String line(PasswordHash hash) {
        return name + "=" + role.word() + " " + hash;
    }
}
