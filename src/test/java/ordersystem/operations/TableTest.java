package ordersystem.operations;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TableTest {

    @Test
    void columnsAreAsWideAsTheirWidestCell() {
        Table table =
                Table.headed("ID", "STATE", "REASON").row("1", "FAILED", "a").row("1000", "-", "");

        assertThat(table.lines(80)).containsExactly("ID    STATE   REASON", "1     FAILED  a", "1000  -");
    }

    @Test
    void theLastColumnIsCutToTheWidthAndNoOther() {
        Table table = Table.headed("ID", "REASON").row("1", "x".repeat(100));

        assertThat(table.lines(40)).containsExactly("ID  REASON", "1   " + "x".repeat(35) + "…");
        assertThat(table.lines(1).get(1)).isEqualTo("1   " + "x".repeat(9) + "…");
        assertThat(table.lines(Integer.MAX_VALUE).get(1)).endsWith("x".repeat(100));
    }

    @Test
    void aCutLeavesNoHalfCharacter() {
        Table table = Table.headed("A", "B").row("1", "😀".repeat(60));

        assertThat(table.lines(13).get(1)).isEqualTo("1  " + "😀".repeat(9) + "…");
    }

    @Test
    void aCellIsOneLineWhateverIsInIt() {
        Table table = Table.headed("A", "B").row("\u001b[2J", "two\r\n\tlines");

        assertThat(table.lines(80)).containsExactly("A          B", "\\u001b[2J  two lines");
    }

    @Test
    void theWidthIsThatOfTheTerminalWhereItIsKnown() {
        assertThat(Terminal.width("80")).isEqualTo(80);
        assertThat(Terminal.width(null)).isEqualTo(120);
        assertThat(Terminal.width("wide")).isEqualTo(120);
    }
}
