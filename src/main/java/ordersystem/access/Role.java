package ordersystem.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a user of the management port may do. */
public enum Role {
    /** See everything, change nothing. */
    LOOK,
    /** Everything. */
    OPERATE;

    /** As it stands in the file of users: in lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Role> of(String word) {
        return Arrays.stream(values()).filter(role -> role.word().equals(word)).findAny();
    }
}
