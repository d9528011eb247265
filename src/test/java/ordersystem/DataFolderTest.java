package ordersystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {

    @TempDir
    Path home;

    private Settings settings() {
        return Settings.load(home, null, Map.of());
    }

    @Test
    void theFolderIsMadeAndTakenAndGivenBack() {
        try (DataFolder folder = DataFolder.open(settings())) {
            assertThat(folder.path()).isEqualTo(home.resolve("data")).isDirectory();
        }

        try (DataFolder again = DataFolder.open(settings())) {
            assertThat(again.path().resolve("lock"))
                    .hasContent(Long.toString(ProcessHandle.current().pid()));
        }
    }

    @Test
    void aFolderThatIsInUseIsRefusedWithTheProcessThatHasIt() {
        try (DataFolder folder = DataFolder.open(settings())) {
            assertThatThrownBy(() -> DataFolder.open(settings()))
                    .isInstanceOf(StartException.class)
                    .hasMessage("data folder " + folder.path() + " is in use by process "
                            + ProcessHandle.current().pid()
                            + "; stop it, or set orders.data-dir to another folder");
        }
    }

    @Test
    @Timeout(60)
    void aFolderOfAnotherProcessIsRefusedUntilThatProcessIsKilled() throws Exception {
        Process other = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        home.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = other.inputReader(StandardCharsets.UTF_8)) {
            assertThat(out.readLine()).isEqualTo("taken");

            assertThatThrownBy(() -> DataFolder.open(settings()))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("is in use by process " + other.pid() + ";");
        } finally {
            other.destroyForcibly().waitFor();
        }

        DataFolder.open(settings()).close();
    }

    @Test
    void aFolderThatCannotBeMadeIsRefusedWithTheKeyThatChangesIt() throws IOException {
        Files.createFile(home.resolve("data"));

        assertThatThrownBy(() -> DataFolder.open(settings()))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith("data folder " + home.resolve("data") + " cannot be written (")
                .hasMessageEndingWith("); give this user the right to, or set orders.data-dir to another folder");
    }

    /** Another process: takes the folder and keeps it until it is killed. */
    static final class Holder {
        public static void main(String[] args) throws IOException {
            DataFolder.open(Settings.load(Path.of(args[0]), null, Map.of()));
            System.out.println("taken");
            int end = System.in.read();
            System.exit(end);
        }
    }
}
