package ordersystem.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeysTest {

    private static final User WEBSHOP = new User("webshop", Role.SEND);

    @TempDir
    private Path folder;

    private final ApiKey key = ApiKey.make();

    private Path write(String... lines) throws IOException {
        return Files.write(folder.resolve("keys"), List.of(lines));
    }

    @Test
    void aKeyIsFoundByItsSecretAndTheFileDoesNotHoldIt() throws IOException {
        Path file = write(
                "# whose", "", ApiKeys.line(WEBSHOP, key), ApiKeys.line(new User("erp", Role.LOOK), ApiKey.make()));

        assertThat(new ApiKeys(file).owner(key.secret())).contains(WEBSHOP);
        assertThat(new ApiKeys(file).owner(key.secret() + " ")).isEmpty();
        assertThat(new ApiKeys(file).owner("")).isEmpty();
        assertThat(new ApiKeys(file).owner(key.hash())).isEmpty();
        assertThat(Files.readString(file)).doesNotContain(key.secret());
        assertThat(key.toString()).doesNotContain(key.secret());
        assertThat(ApiKey.make().secret()).hasSize(46).startsWith("os_").isNotEqualTo(key.secret());
    }

    @Test
    void aNewKeyIsHandedOutBeforeTheOldOneIsTakenAway() throws IOException {
        ApiKey next = ApiKey.make();
        Path file = write(ApiKeys.line(WEBSHOP, key));
        ApiKeys keys = new ApiKeys(file);

        rewrite(1, ApiKeys.line(WEBSHOP, key), ApiKeys.line(WEBSHOP, next));
        assertThat(keys.owner(key.secret())).contains(WEBSHOP);
        assertThat(keys.owner(next.secret())).contains(WEBSHOP);

        rewrite(2, ApiKeys.line(WEBSHOP, next));
        assertThat(keys.owner(key.secret())).isEmpty();
        assertThat(keys.owner(next.secret())).contains(WEBSHOP);

        rewrite(3, "webshop=send " + next.secret());
        assertThat(keys.owner(next.secret())).as("a wrong file changes nothing").contains(WEBSHOP);

        Files.delete(file);
        assertThat(keys.owner(next.secret()))
                .as("a file that is away changes nothing")
                .contains(WEBSHOP);
    }

    private void rewrite(int second, String... lines) throws IOException {
        Path file = write(lines);
        Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH.plusSeconds(second)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "webshop=send os_plain",
                "webshop=send sha256:12",
                "webshop=operate sha256:0000000000000000000000000000000000000000000000000000000000000000",
                "webshop=send,receive sha256:0000000000000000000000000000000000000000000000000000000000000000",
                "webshop sha256:0000000000000000000000000000000000000000000000000000000000000000",
                "webshop="
            })
    void aMistakeIsToldWithItsLineAndTheLineIsNotRepeated(String line) {
        assertThatThrownBy(() -> new ApiKeys(write("", line)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(folder.resolve("keys") + ":2: ")
                .hasMessageNotContaining("os_plain")
                .hasMessageNotContaining("0000");
    }

    @Test
    void rolesOfOtherPortsAreNoneOfAKey() {
        assertThatThrownBy(() -> ApiKeys.line(new User("webshop", Set.of(Role.SEND, Role.OPERATE)), key))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("roles are look, send, with commas between them");
    }

    @Test
    void aFileWithoutKeysOrNoFileIsToldWithWhatToDo() {
        assertThatThrownBy(() -> new ApiKeys(write("# nobody")))
                .hasMessage(
                        folder.resolve("keys") + ": nobody could come in; 'ordersystem api-key' makes a line for it");
        assertThatThrownBy(() -> new ApiKeys(folder.resolve("missing")))
                .hasMessage(
                        "orders.api.key-file: " + folder.resolve("missing")
                                + " cannot be read (NoSuchFileException); make it with 'ordersystem api-key', or empty the setting");
    }
}
