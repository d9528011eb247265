package ordersystem.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsersTest {

    private static final String PASSWORD = "correct horse battery";
    private static final String HASH = PasswordHash.of(PASSWORD).toString();

    @TempDir
    private Path folder;

    private Users users(String... lines) throws IOException {
        return new Users(Files.write(folder.resolve("users"), List.of(lines)), "orders.management.users-file");
    }

    @Test
    void aUserIsFoundByNameAndPasswordAndKnownFromThenOn() throws IOException {
        Users users = users("# who may come in", "", "anna=operate " + HASH, "  ben = look   " + HASH);

        assertThat(users.known("ben", PASSWORD)).isEmpty();
        assertThat(users.check("ben", PASSWORD)).contains(new User("ben", Role.LOOK));
        assertThat(users.known("ben", PASSWORD)).contains(new User("ben", Role.LOOK));
        assertThat(users.known("anna", PASSWORD)).isEmpty();
        assertThat(users.check("ben", PASSWORD + " ")).isEmpty();
        assertThat(users.check("nobody", PASSWORD)).isEmpty();
        assertThat(users.check("nobody", "a password that nobody has")).isEmpty();
    }

    @Test
    void twoHashesOfOnePasswordDiffer() {
        assertThat(PasswordHash.of(PASSWORD).toString()).isNotEqualTo(HASH).startsWith("$pbkdf2$it=210000$");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "anna=operate correct horse battery",
                "anna=operate $sha512$$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g",
                "anna=operate $pbkdf2$it=001000$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g",
                "anna=operate",
                "anna",
                "=operate $pbkdf2$it=210000$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g",
                "an na=operate $pbkdf2$it=210000$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g",
                "anna=Operate $pbkdf2$it=210000$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g"
            })
    void aMistakeIsToldWithItsLineAndTheLineIsNotRepeated(String line) {
        assertThatThrownBy(() -> users("ben=look " + HASH, line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(folder.resolve("users") + ":2: ")
                .hasMessageNotContaining("horse")
                .hasMessageNotContaining("c2FsdA");
    }

    @Test
    void aUserStandsThereOnce() {
        assertThatThrownBy(() -> users("ben=look " + HASH, "ben=operate " + HASH))
                .hasMessage(folder.resolve("users") + ":2: the user ben stands here twice");
    }

    @Test
    void aFileWithoutUsersOrNoFileIsToldWithWhatToDo() {
        assertThatThrownBy(() -> users("# nobody"))
                .hasMessage(
                        folder.resolve("users") + ": nobody could come in; 'ordersystem password' makes a line for it");
        assertThatThrownBy(() -> new Users(folder.resolve("missing"), "orders.management.users-file"))
                .hasMessage("orders.management.users-file: " + folder.resolve("missing")
                        + " cannot be read (NoSuchFileException); make it with 'ordersystem password', or empty the"
                        + " setting");
    }
}
