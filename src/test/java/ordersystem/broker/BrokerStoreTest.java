package ordersystem.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import ordersystem.order.Content.Type;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerStoreTest {

    private static final long STORE = 128L * 1024 * 1024;
    private static final int COUNT = 20_000;

    private final Path folder;

    BrokerStoreTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void everyMessageOfAKilledBrokerIsSeenOnceWithItsHeadersAndTheUncommittedAreNot() throws Exception {
        fillAndKill(COUNT);

        Map<String, Integer> queues = new HashMap<>();
        Set<Integer> steps = new HashSet<>();
        Set<String> ids = new HashSet<>();
        new BrokerStore(folder).forEachMessage((queue, message) -> {
            queues.merge(queue, 1, Integer::sum);
            ids.add(message.messageId());
            if (message.step() != null) {
                steps.add(message.step());
                assertThat(message.orderId()).isEqualTo("order-" + message.step());
                assertThat(message.lane()).isEqualTo("normal");
                assertThat(message.priority()).isEqualTo(message.step() % 10);
                assertThat(message.content().type()).isEqualTo(Type.TEXT);
                assertThat(new String(message.content().body(), StandardCharsets.UTF_8))
                        .isEqualTo("body " + message.step());
            }
        });

        assertThat(steps).hasSize(COUNT);
        assertThat(ids).hasSize(COUNT + 1);
        assertThat(queues)
                .containsOnly(
                        Map.entry("orders.incoming", 6_667),
                        Map.entry("orders.high", 6_667),
                        Map.entry("orders.normal", 6_666),
                        Map.entry("orders.fulfilled", 1));
    }

    @Test
    void aReadStoreIsAsGoodAsBefore() throws Exception {
        fillAndKill(1_500);
        Set<String> filesBefore = journalFiles();
        int first = count();

        assertThat(count()).isEqualTo(first).isEqualTo(1_501);
        assertThat(journalFiles()).containsAll(filesBefore);
        assertThat(folder.resolve("stopped-cleanly")).doesNotExist();
        try (EmbeddedBroker broker = EmbeddedBrokerTest.start(folder, STORE)) {
            assertThat(broker.depth("orders.incoming")).hasValue(500);
        }
        assertThat(count()).isEqualTo(1_501);
        assertThat(folder.resolve("stopped-cleanly")).exists();
    }

    @Test
    void theStoreOfARunningBrokerIsRefusedInOneLine() {
        try (EmbeddedBroker broker = EmbeddedBrokerTest.start(folder, STORE)) {
            assertThatThrownBy(this::count)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the broker's store in " + folder + " is in use: stop OrderSystem first");

            assertThat(broker.room().isForMore()).isTrue();
        }
    }

    @Test
    void aFolderWithoutAStoreHasNoMessagesAndIsLeftEmpty() throws Exception {
        assertThat(count()).isZero();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    private void fillAndKill(int count) throws Exception {
        try (BrokerProcess process = BrokerProcess.start(folder, String.valueOf(count))) {
            assertThat(process.killAfter(1)).containsExactly("filled");
        }
    }

    private int count() {
        List<String> queues = new ArrayList<>();
        new BrokerStore(folder).forEachMessage((queue, message) -> queues.add(queue));
        return queues.size();
    }

    private Set<String> journalFiles() throws Exception {
        Set<String> names = new HashSet<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".log"))
                    .forEach(names::add);
        }
        return names;
    }
}
