package ordersystem;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Asks for a new password: twice and unseen on a terminal, or the first line of what is piped in. Used by {@link Commands}. */
record PasswordPrompt(@Nullable Console console, InputStream in) {

    /** @throws IllegalArgumentException where there is none, or the two differ */
    String ask() throws IOException {
        if (console == null) {
            String line = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine();
            if (line == null) {
                throw new IllegalArgumentException("no password: type it on a terminal, or pipe one line in");
            }
            return line;
        }
        char[] password = console.readPassword("Password: ");
        char[] again = console.readPassword("Again: ");
        if (password == null || again == null || !String.valueOf(password).equals(String.valueOf(again))) {
            throw new IllegalArgumentException("the two are not the same");
        }
        return String.valueOf(password);
    }
}
