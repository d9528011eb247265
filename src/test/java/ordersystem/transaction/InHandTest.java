package ordersystem.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import ordersystem.ledger.Suspects;
import ordersystem.ledger.Suspects.Grade;
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
        InHand.Slot first = inHand.take("ID:host-1:1:1:1:1", "orders.normal", "A-1", false);
        inHand.take("ID:host-1:1:1:1:2", "orders.incoming", null, false);
        InHand.Slot third = inHand.take("ID:host-1:1:1:1:3", "orders.high", "A-3", false);
        InHand.Slot fourth = inHand.take("ID:host-1:1:1:1:4", "orders.high", "A-4", true);
        first.close();
        third.hangs();
        fourth.hangs();

        assertThat(InHand.open(data).left())
                .containsExactly(
                        new Suspect("ID:host-1:1:1:1:2", "orders.incoming", null, Grade.IN_HAND),
                        new Suspect("ID:host-1:1:1:1:3", "orders.high", "A-3", Grade.TO_BE_ALONE),
                        new Suspect("ID:host-1:1:1:1:4", "orders.high", "A-4", Grade.POISON));
    }

    @Test
    void aSlotThatIsTakenAgainForgetsWhatItHeld() {
        InHand inHand = begun();
        for (int i = 0; i < 2 * InHand.SLOTS; i++) {
            try (InHand.Slot slot = inHand.take("with a long name " + i, "orders.normal", "A-" + i, false)) {
                slot.hangs();
            }
        }
        inHand.take("short", "q", null, false);

        assertThat(InHand.open(data).left()).containsExactly(new Suspect("short", "q", null, Grade.IN_HAND));
    }

    @Test
    void anOpenedFileIsAsTheLastRunLeftItUntilTheNextOneBegins() {
        begun().take("m", "orders.normal", "A-1", false);

        assertThat(InHand.open(data).left()).hasSize(1);
        InHand next = InHand.open(data);
        assertThat(next.left()).hasSize(1);
        next.begin();
        assertThat(next.left()).isEmpty();
        assertThat(InHand.open(data).left()).isEmpty();
    }

    @Test
    void anIdIsFoundAsTheLedgerKeepsIt() {
        begun().take(Suspects.id(LONG), LONG, LONG.substring(0, 64), false);

        assertThat(InHand.open(data).left()).singleElement().satisfies(left -> assertThat(left.messageId())
                .isEqualTo(Suspects.id(LONG)));
    }

    @Test
    void whenNoMessageIsToBlameNobodyIsSuspected() {
        InHand inHand = begun();
        inHand.take("m", "orders.normal", null, false);
        inHand.take("n", "orders.normal", null, true);
        inHand.acquit();

        assertThat(InHand.open(data).left()).isEmpty();
    }

    @Test
    void moreMessagesThanSlotsAreHandledAllTheSame() {
        InHand inHand = begun();
        for (int i = 0; i < InHand.SLOTS; i++) {
            inHand.take("m" + i, "orders.normal", null, false);
        }
        try (InHand.Slot slot = inHand.take("one more", "orders.normal", null, false)) {
            slot.hangs();
        }

        assertThat(InHand.open(data).left())
                .hasSize(InHand.SLOTS)
                .doesNotContain(new Suspect("one more", "orders.normal", null, Grade.TO_BE_ALONE));
    }

    @Test
    void whatIsNoSlotIsNoSuspect() throws Exception {
        begun();
        byte[] noise = new byte[(int) Files.size(data.resolve("in-hand"))];
        // A state that there is not.
        Arrays.fill(noise, (byte) 0xFF);
        Files.write(data.resolve("in-hand"), noise);
        assertThat(InHand.open(data).left()).isEmpty();

        // In hand, of more characters than a slot has.
        Arrays.fill(noise, (byte) 0);
        noise[1] = 1;
        noise[2] = 'X';
        Files.write(data.resolve("in-hand"), noise);
        assertThat(InHand.open(data).left()).isEmpty();

        // In hand, of one character, without a queue.
        noise[2] = 0;
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
