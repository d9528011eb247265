package ordersystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunningMarkTest {

    @TempDir
    Path home;

    @Test
    void itIsFoundAfterARunThatDidNotRemoveItAndNotAfterOneThatDid() throws Exception {
        Path data = home.resolve("data");

        assertThat(RunningMark.set(data).found()).isFalse();
        RunningMark second = RunningMark.set(data);
        assertThat(second.found()).isTrue();
        second.remove();
        second.remove();
        assertThat(RunningMark.set(data).found()).isFalse();
    }
}
