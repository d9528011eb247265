package ordersystem.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerKilledTest {

    private static final long STORE = 128L * 1024 * 1024;

    private final Path folder;

    BrokerKilledTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void everyAcknowledgedMessageIsThereOnceAfterAKillInTheMiddleOfSends() throws Exception {
        List<String> acknowledged;
        try (BrokerProcess process = BrokerProcess.start(folder, "send")) {
            acknowledged = process.killAfter(3_000);
        }

        List<String> found = drainedIds("orders.incoming");

        assertThat(found).doesNotHaveDuplicates().containsAll(acknowledged);
        assertThat(found.size() % 64)
                .as("a group is there as a whole or not at all")
                .isZero();
    }

    @Test
    void whatWasTakenOutStaysOutAfterAKillWhenTheIndexIsReadAnew() throws Exception {
        List<String> acknowledged;
        try (BrokerProcess process = BrokerProcess.start(folder, "pass-on")) {
            acknowledged = process.killAfter(1_000);
        }

        List<String> stayed = acknowledged.stream()
                .filter(id -> Integer.parseInt(id) % 100 == 0)
                .toList();
        try (EmbeddedBroker broker = EmbeddedBrokerTest.start(folder, STORE)) {
            assertThat(broker.depth("orders.incoming").orElse(0)
                            + broker.depth("orders.fulfilled").orElse(0))
                    .as("at most the one in hand when it was killed")
                    .isLessThanOrEqualTo(1);
            assertThat(broker.depth("orders.normal").orElse(0)).isBetween((long) stayed.size(), stayed.size() + 1L);
        }
    }

    @Test
    void anUnfinishedWriteAtTheEndOfTheJournalIsCutOffAndKept() throws Exception {
        killedWithTwoGroups();
        tearLastWrite();

        assertThat(drainedIds("orders.incoming").size() % 64).isZero();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString())).anyMatch(name -> name.endsWith(".torn"));
        }
    }

    @Test
    void damageInTheMiddleOfTheJournalStopsTheStartAndDeletesNothing() throws Exception {
        killedWithTwoGroups();
        byte[] journal = Files.readAllBytes(firstFile());
        int middle = new String(journal, StandardCharsets.ISO_8859_1).indexOf("0-5-xxx");
        journal[middle + 20] = 'y';
        Files.write(firstFile(), journal);

        assertThatThrownBy(() -> EmbeddedBrokerTest.start(folder, STORE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("the broker could not start in " + folder + ": ");

        assertThat(Arrays.copyOf(Files.readAllBytes(firstFile()), middle + 10_000))
                .isEqualTo(Arrays.copyOf(journal, middle + 10_000));
    }

    private void killedWithTwoGroups() throws Exception {
        try (BrokerProcess process = BrokerProcess.start(folder, "send")) {
            process.killAfter(128);
        }
    }

    private Path firstFile() {
        return folder.resolve("db-1.log");
    }

    /** As a process leaves it that is killed inside a write: the beginning of the last batch is there, the rest is not. */
    private void tearLastWrite() throws IOException {
        String journal = Files.readString(firstFile(), StandardCharsets.ISO_8859_1);
        int lastBatch = journal.lastIndexOf("WRITE BATCH");
        try (RandomAccessFile file = new RandomAccessFile(firstFile().toFile(), "rw")) {
            file.seek(lastBatch + 40);
            file.write(new byte[journal.length() - lastBatch - 40]);
        }
    }

    private List<String> drainedIds(String queue) throws Exception {
        try (EmbeddedBroker broker = EmbeddedBrokerTest.start(folder, STORE);
                JmsClient client = JmsClient.transacted(broker.connectionFactory())) {
            return client.drain(queue).stream()
                    .map(text -> text.substring(0, text.lastIndexOf('-')))
                    .toList();
        }
    }
}
