package ordersystem.reload;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What ran is there again, whole, whenever the process died. */
class LastGoodRoutesTest {

    private static final Instant START = Instant.parse("2026-11-28T10:00:00Z");

    @TempDir
    Path folder;

    private LastGoodRoutes kept() {
        return new LastGoodRoutes(folder.resolve("routes"));
    }

    private static RouteFiles files(String content) {
        return new ShippedRoutes().put("50-ours.camel.yaml", content).files();
    }

    @Test
    void nothingIsThereBeforeTheFirst() {
        assertThat(kept().last()).isEmpty();
        assertThat(kept().history()).isEmpty();
    }

    @Test
    void theLastOnesComeBackByteForByte() {
        kept().keep(files("a\r\n"), START, "anna", List.of("50-ours.camel.yaml"));

        assertThat(kept().last()).contains(files("a\r\n"));
        assertThat(kept().history()).singleElement().satisfies(version -> {
            assertThat(version.by()).isEqualTo("anna");
            assertThat(version.at()).isEqualTo("2026-11-28T10:00:00Z");
            assertThat(version.changed()).containsExactly("50-ours.camel.yaml");
            assertThat(version.running()).isTrue();
        });
    }

    @Test
    void theSameAgainIsNotKeptTwice() {
        String first = kept().keep(files("a"), START, "anna", List.of());

        assertThat(kept().keep(files("a"), START.plusSeconds(1), "anna", List.of()))
                .isEqualTo(first);
        assertThat(kept().history()).hasSize(1);
    }

    @Test
    void anEarlierOneIsReadByItsVersion() {
        String first = kept().keep(files("a"), START, "anna", List.of());
        kept().keep(files("b"), START.plusSeconds(1), "bert", List.of());

        assertThat(kept().read(first)).contains(files("a"));
        assertThat(kept().last()).contains(files("b"));
        assertThat(kept().history()).extracting(KeptVersion::by).containsExactly("bert", "anna");
    }

    @Test
    void oneThatIsNotWholeDoesNotCount() throws Exception {
        kept().keep(files("a"), START, "anna", List.of());
        String torn = kept().keep(files("b"), START.plusSeconds(1), "bert", List.of());
        Files.writeString(folder.resolve("routes").resolve(torn).resolve("50-ours.camel.yaml"), "");

        assertThat(kept().last()).contains(files("a"));
    }

    @Test
    void whatADeathLeftHalfWrittenIsOfNoEffect() throws Exception {
        kept().keep(files("a"), START, "anna", List.of());
        Files.createDirectories(folder.resolve("routes/.half"));
        Files.writeString(folder.resolve("routes/.half/50-ours.camel.yaml"), "half");

        assertThat(kept().last()).contains(files("a"));
        kept().keep(files("b"), START.plusSeconds(1), "bert", List.of());
        assertThat(kept().last()).contains(files("b"));
    }

    @Test
    void onlyTheLastFiftyAreKept() {
        for (int i = 0; i < 55; i++) {
            kept().keep(files("a" + i), START.plusSeconds(i), "anna", List.of());
        }

        assertThat(kept().history()).hasSize(50).first().satisfies(version -> assertThat(version.running())
                .isTrue());
        assertThat(kept().last()).contains(files("a54"));
    }

    @Test
    void aVersionIsNoPath() {
        kept().keep(files("a"), START, "anna", List.of());

        assertThat(kept().read("../routes")).isEmpty();
        assertThat(kept().read("")).isEmpty();
    }
}
