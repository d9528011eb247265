package ordersystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import ordersystem.access.Role;
import ordersystem.access.User;
import ordersystem.access.Users;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the commands know of passwords. */
class CredentialsTest {

    @TempDir
    private Path folder;

    @Test
    void theyComeFromTheEnvironmentOrAFileAndAreNotShown() throws IOException {
        Path file = Files.writeString(folder.resolve("password"), "correct horse battery\n");

        assertThat(Credentials.in(Map.of())).isEmpty();
        assertThat(Credentials.in(Map.of("ORDERSYSTEM_USER", "anna", "ORDERSYSTEM_PASSWORD", "secret")))
                .contains(new Credentials("anna", "secret"));
        assertThat(Credentials.in(Map.of("ORDERSYSTEM_USER", "anna", "ORDERSYSTEM_PASSWORD_FILE", file.toString())))
                .contains(new Credentials("anna", "correct horse battery"));
        assertThat(new Credentials("anna", "secret").toString()).doesNotContain("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ORDERSYSTEM_USER", "ORDERSYSTEM_PASSWORD", "ORDERSYSTEM_PASSWORD_FILE"})
    void oneWithoutTheOtherIsToldWithWhatToSet(String only) {
        assertThatThrownBy(() -> Credentials.in(Map.of(only, "x")))
                .isInstanceOf(StartException.class)
                .hasMessage("set ORDERSYSTEM_USER, and one of ORDERSYSTEM_PASSWORD_FILE and ORDERSYSTEM_PASSWORD");
    }

    @Test
    void thePasswordCommandMakesALineThatLetsTheUserIn() throws IOException {
        StringWriter out = new StringWriter();

        assertThat(execute("correct horse battery\n", out, "password", "anna", "--role", "operate"))
                .isZero();

        Users users = new Users(
                Files.write(folder.resolve("users"), List.of(out.toString().strip())), "orders.management.users-file");
        assertThat(users.check("anna", "correct horse battery")).contains(new User("anna", Role.OPERATE));
    }

    @ParameterizedTest
    @CsvSource({"short, anna, operate", "correct horse battery, an:na, operate", "correct horse battery, anna, boss"})
    void whatIsNotAllowedIsToldAndNothingIsPrinted(String password, String name, String role) {
        StringWriter out = new StringWriter();

        assertThat(execute(password + "\n", out, "password", name, "--role", role))
                .isEqualTo(2);

        assertThat(out.toString()).isEmpty();
    }

    private int execute(String typed, StringWriter out, String... arguments) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)));
        try {
            return Commands.commandLine(folder)
                    .setOut(new PrintWriter(out))
                    .setErr(new PrintWriter(new StringWriter()))
                    .execute(arguments);
        } finally {
            System.setIn(before);
        }
    }
}
