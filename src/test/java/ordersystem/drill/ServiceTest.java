package ordersystem.drill;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import ordersystem.StartException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ServiceTest {

    @TempDir
    Path folder;

    @Test
    void whatJavaSaidIsToldWhereASystemDoesNotStart() throws Exception {
        try (Service service = Service.synchronous(folder, folder, "http://127.0.0.1:1", 1, List.of("-XX:+Nonsense"))) {

            assertThatThrownBy(() -> service.start(new CountDownLatch(1)))
                    .isInstanceOf(StartException.class)
                    .hasMessageStartingWith("synchronous service did not start: ")
                    .hasMessageContaining("Unrecognized VM option 'Nonsense'");
        }
    }
}
