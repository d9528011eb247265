package ordersystem;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Who works with a running system that asks for it: from the environment, because a command line is seen by everybody on the
 * machine. Read by {@link Commands}.
 */
record Credentials(String user, String password) {

    private static final String USER = "ORDERSYSTEM_USER";
    private static final String PASSWORD = "ORDERSYSTEM_PASSWORD";
    private static final String FILE = "ORDERSYSTEM_PASSWORD_FILE";

    /**
     * Nothing where no user is named.
     *
     * @throws StartException where there is a user without a password, or the other way round
     */
    static Optional<Credentials> in(Map<String, String> environment) {
        String user = environment.getOrDefault(USER, "");
        String password = environment.getOrDefault(PASSWORD, "");
        String file = environment.getOrDefault(FILE, "");
        if (user.isEmpty() && password.isEmpty() && file.isEmpty()) {
            return Optional.empty();
        }
        if (user.isEmpty() || password.isEmpty() == file.isEmpty()) {
            throw new StartException("set " + USER + ", and one of " + FILE + " and " + PASSWORD);
        }
        return Optional.of(new Credentials(user, file.isEmpty() ? password : read(file)));
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file)).stripTrailing();
        } catch (IOException | InvalidPathException e) {
            throw new StartException(
                    "environment variable " + FILE + ": " + file + " cannot be read ("
                            + e.getClass().getSimpleName() + ")",
                    e);
        }
    }

    /** Without the password. */
    @Override
    public String toString() {
        return user;
    }
}
