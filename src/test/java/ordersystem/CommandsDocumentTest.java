package ordersystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** docs/commands.md is what the commands say of themselves; {@code -Dcommands.write=true} writes it anew. */
class CommandsDocumentTest {

    private static final Path DOCUMENT = Path.of("docs/commands.md");
    private static final int WIDTH = 100;

    @Test
    void theDocumentIsWhatHelpSays() throws IOException {
        StringBuilder document = new StringBuilder("""
                # Commands

                What `bin/ordersystem COMMAND --help` prints, for all of them.
                """);
        append(document, Commands.commandLine(Path.of("")), "ordersystem");

        if (Boolean.getBoolean("commands.write")) {
            Files.writeString(DOCUMENT, document);
        }
        assertThat(Files.readString(DOCUMENT))
                .as("made by: mvn test -Dtest=CommandsDocumentTest -Dcommands.write=true")
                .isEqualTo(document.toString());
    }

    private static void append(StringBuilder document, CommandLine command, String name) {
        command.setUsageHelpWidth(WIDTH);
        document.append("\n## ")
                .append(name)
                .append("\n\n```\n")
                .append(command.getUsageMessage(Ansi.OFF).stripTrailing())
                .append("\n```\n");
        new TreeMap<>(command.getSubcommands()).forEach((sub, line) -> append(document, line, name + " " + sub));
    }
}
