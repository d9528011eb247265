package ordersystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Properties;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.apache.logging.log4j.message.SimpleMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The pattern in config/log4j2.properties. */
class LogPatternTest {

    private static String format(String message, @Nullable Throwable thrown) throws IOException {
        Properties properties = new Properties();
        try (InputStream in = LogPatternTest.class.getResourceAsStream("/log4j2.properties")) {
            properties.load(Objects.requireNonNull(in));
        }
        Log4jLogEvent.Builder event = Log4jLogEvent.newBuilder()
                .setLevel(Level.WARN)
                .setLoggerName("ordersystem.Ledger")
                .setThreadName("main")
                .setMessage(new SimpleMessage(message));
        if (thrown != null) {
            event.setThrown(thrown);
        }
        return PatternLayout.newBuilder()
                .withPattern(properties.getProperty("appender.console.layout.pattern"))
                .withAlwaysWriteExceptions(false)
                .build()
                .toSerializable(event.build());
    }

    @Test
    void anEventIsOneLine() throws IOException {
        assertThat(format("it is full", null))
                .matches("\\d{4}-\\d\\d-\\d\\dT\\S+ WARN  \\[main\\] Ledger - it is full\\R");
    }

    @Test
    void aMessageCannotForgeAnotherLineNorControlATerminal() throws IOException {
        String line = format("order\r\n2026-01-01 ERROR \u001b[31mforged\u0007", null);

        assertThat(line).endsWith(" - order\\r\\n2026-01-01 ERROR ?[31mforged?" + System.lineSeparator());
    }

    @Test
    void aStackTraceStaysReadableAndItsMessageCannotForgeALine() throws IOException {
        String text =
                format("failed", new IllegalStateException("order\n2026-01-01 ERROR forged", new IOException("x")));

        assertThat(text.lines().skip(1)).isNotEmpty().allSatisfy(line -> assertThat(line)
                .startsWith("    "));
        assertThat(text)
                .contains(
                        "\n    2026-01-01 ERROR forged",
                        "\n    Caused by: java.io.IOException: x",
                        "\n    \tat ordersystem.")
                .endsWith("\n");
    }
}
