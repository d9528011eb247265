package ordersystem.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several instances start at once, and an older one runs beside a newer one for as long as an upgrade takes. */
class MigrationTest {

    private static final Path SCRIPTS = Path.of("src/main/resources/ordersystem/ledger");

    /** What an instance of the version before, which does not know of it, would trip over. */
    private static final Pattern BREAKS_THE_VERSION_BEFORE = Pattern.compile(
            "(?is)\\bDROP\\s+(TABLE|COLUMN)|\\bRENAME\\b|\\bALTER\\s+COLUMN\\b|\\bADD\\s+COLUMN\\b(?:(?!DEFAULT)[^;])*\\bNOT\\s+NULL(?!\\s+DEFAULT)"
                    + "(?:(?!DEFAULT)[^;])*;");

    @Test
    void instancesThatStartAtOnceMakeTheTablesOnce() throws Exception {
        String url = TestPostgres.emptyDatabase();
        List<Callable<String>> starts = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            String instance = "instance-" + i;
            starts.add(() -> {
                try (Ledger ledger = open(url, instance)) {
                    ledger.write("c", List.of(LedgerContract.arrival(instance, "m-" + instance)));
                    return instance;
                }
            });
        }

        assertThat(LedgerContract.inParallel(starts)).hasSize(4);

        try (Ledger ledger = open(url, "last")) {
            assertThat(ledger.counts().received()).isEqualTo(4);
            assertThat(ledger.recount().discrepancy()).isZero();
        }
    }

    @Test
    void anOlderInstanceStartsOnTablesOfANewerOne() throws SQLException {
        String url = TestPostgres.emptyDatabase();
        open(url, "now").close();
        try (Connection c = DriverManager.getConnection(url, TestPostgres.USER, TestPostgres.PASSWORD);
                Statement s = c.createStatement()) {
            s.execute("ALTER TABLE orders ADD COLUMN of_the_future VARCHAR(10)");
            s.execute(
                    "INSERT INTO ledger_migrations (installed_rank, version, description, type, script, installed_by,"
                            + " execution_time, success) VALUES (99, '99', 'of the future', 'SQL', 'V99__of_the_future.sql', 'me', 1, true)");
        }

        try (Ledger ledger = open(url, "older")) {
            ledger.write("c", List.of(LedgerContract.arrival("A", "m1")));
            assertThat(ledger.recount().discrepancy()).isZero();
        }
    }

    /** From the first version on that was installed anywhere. */
    @Test
    void aMigrationOnlyAdds() throws IOException {
        try (Stream<Path> scripts = Files.list(SCRIPTS)) {
            assertThat(scripts).hasSizeGreaterThan(8).allSatisfy(script -> assertThat(
                            withoutComments(Files.readString(script, UTF_8)))
                    .doesNotContainPattern(BREAKS_THE_VERSION_BEFORE));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE orders DROP COLUMN lane;",
                "DROP TABLE orders;",
                "ALTER TABLE orders RENAME COLUMN a TO b;",
                "ALTER TABLE orders ADD COLUMN a INTEGER NOT NULL;",
                "ALTER TABLE orders ADD COLUMN IF NOT EXISTS a INTEGER NOT NULL;",
                "ALTER TABLE orders ALTER COLUMN a SET NOT NULL;"
            })
    void thatItDoesNotIsSeen(String script) {
        assertThat(script).containsPattern(BREAKS_THE_VERSION_BEFORE);
    }

    private static String withoutComments(String sql) {
        return sql.replaceAll("--.*", "");
    }

    private static Ledger open(String url, String instance) {
        return Ledger.open(url, TestPostgres.USER, TestPostgres.PASSWORD, instance, 4);
    }
}
