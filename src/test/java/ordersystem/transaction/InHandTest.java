package ordersystem.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import ordersystem.ledger.Suspects;
import ordersystem.ledger.Suspects.Suspect;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InHandTest {

    private static final String LONG = "ä".repeat(600);

    @TempDir
    Path data;

    @Test
    void aFirstRunFindsNothing() {
        assertThat(InHand.open(data.resolve("not there yet")).left()).isEmpty();
    }

    @Test
    void whatDidNotComeOutIsFoundByTheNextRunAndWhatDidIsNot() {
        InHand inHand = begun();
        InHand.Slot first = inHand.take("ID:host-1:1:1:1:1", "orders.normal", "A-1");
        inHand.take("ID:host-1:1:1:1:2", "orders.incoming", null);
        InHand.Slot third = inHand.take("ID:host-1:1:1:1:3", "orders.high", "A-3");
        first.close();
        third.hangs();

        assertThat(InHand.open(data).left())
                .containsExactly(
                        new Suspect("ID:host-1:1:1:1:2", "orders.incoming", null, 1),
                        new Suspect("ID:host-1:1:1:1:3", "orders.high", "A-3", 2));
    }

    @Test
    void aSlotThatIsTakenAgainForgetsWhatItHeld() {
        InHand inHand = begun();
        for (int i = 0; i < 2 * InHand.SLOTS; i++) {
            try (InHand.Slot slot = inHand.take("with a long name " + i, "orders.normal", "A-" + i)) {
                slot.hangs();
            }
        }
        inHand.take("short", "q", null);

        assertThat(InHand.open(data).left()).containsExactly(new Suspect("short", "q", null, 1));
    }

    @Test
    void anOpenedFileIsAsTheLastRunLeftItUntilTheNextOneBegins() {
        begun().take("m", "orders.normal", "A-1");

        assertThat(InHand.open(data).left()).hasSize(1);
        InHand next = InHand.open(data);
        assertThat(next.left()).hasSize(1);
        next.begin();
        assertThat(next.left()).isEmpty();
        assertThat(InHand.open(data).left()).isEmpty();
    }

    @Test
    void anIdIsFoundAsTheLedgerKeepsIt() {
        begun().take(LONG, LONG.substring(0, 200), LONG.substring(0, 64));

        assertThat(InHand.open(data).left()).singleElement().satisfies(left -> assertThat(left.messageId())
                .isEqualTo(Suspects.id(LONG)));
    }

    @Test
    void moreMessagesThanSlotsAreHandledAllTheSame() {
        InHand inHand = begun();
        for (int i = 0; i < InHand.SLOTS; i++) {
            inHand.take("m" + i, "orders.normal", null);
        }
        try (InHand.Slot slot = inHand.take("one more", "orders.normal", null)) {
            slot.hangs();
        }

        assertThat(InHand.open(data).left())
                .hasSize(InHand.SLOTS)
                .doesNotContain(new Suspect("one more", "orders.normal", null, 2));
    }

    @Test
    void whatIsNoSlotIsNoSuspect() throws Exception {
        begun();
        byte[] noise = new byte[(int) Files.size(data.resolve("in-hand"))];
        Arrays.fill(noise, (byte) 0xFF);
        Files.write(data.resolve("in-hand"), noise);
        assertThat(InHand.open(data).left()).isEmpty();

        Arrays.fill(noise, (byte) 0);
        // In hand, of one character, without a queue.
        noise[1] = 1;
        noise[3] = 1;
        noise[5] = 'm';
        Files.write(data.resolve("in-hand"), noise);
        assertThat(InHand.open(data).left()).isEmpty();
    }

    private InHand begun() {
        InHand inHand = InHand.open(data);
        inHand.begin();
        return inHand;
    }
}
