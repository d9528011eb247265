package ordersystem.access;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What somebody may do who has proved to be known: a user of the management port, a JMS client, or who has an API key. */
public enum Role {
    /** On the management port, see everything and change nothing; on the public port, ask for every order and the figures. */
    LOOK,
    /** On the management port, everything. */
    OPERATE,
    /** Hand orders in, over HTTP or JMS, and ask over HTTP where those stand. */
    SEND,
    /** Over JMS, take what was fulfilled, and subscribe to events. */
    RECEIVE;

    /** As it stands in files: in lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Several as they stand in files, with commas between them. */
    static String words(Set<Role> roles) {
        return roles.stream().sorted().map(Role::word).collect(Collectors.joining(","));
    }

    /** @throws IllegalArgumentException where one of them is none of these */
    static Set<Role> of(String words, Set<Role> allowed) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (String word : words.split(",", -1)) {
            roles.add(Arrays.stream(values())
                    .filter(role -> allowed.contains(role) && role.word().equals(word))
                    .findAny()
                    .orElseThrow(() -> new IllegalArgumentException("roles are "
                            + allowed.stream().sorted().map(Role::word).collect(Collectors.joining(", "))
                            + ", with commas between them")));
        }
        return roles;
    }
}
