package ordersystem.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a stop leaves behind, by which the next start knows whether it was a clean one. */
class CleanStopTest {

    @TempDir
    Path home;

    @Test
    void theMarkIsThereWhileItRunsAndGoneAfterACleanStop() {
        RunningSystem system = new RunningSystem(home).start();

        assertThat(home.resolve("data/running")).exists();
        system.close();
        assertThat(home.resolve("data/running")).doesNotExist();
    }

    @Test
    void aStartThatFailsDoesNotTakeBackWhatTheLastStopLeft() throws Exception {
        Files.createDirectories(home.resolve("data"));
        Files.createFile(home.resolve("data/running"));
        RunningSystem system = new RunningSystem(home).route("99-broken.camel.yaml", "- route: {");

        assertThatThrownBy(system::start).isInstanceOf(RuntimeException.class);
        system.close();
        assertThat(home.resolve("data/running")).exists();
    }
}
