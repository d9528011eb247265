package ordersystem.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whether route files that would not run are refused, with the place and what to do; and whether good ones are not. */
@Timeout(60)
class RouteCheckTest {

    @TempDir
    Path folder;

    static Stream<BadEdit> badEdits() {
        return BadEdit.all().stream();
    }

    @Test
    void theShippedRoutesAreGood() throws Exception {
        assertThat(new ShippedRoutes().check().sources()).hasSizeGreaterThan(15);
    }

    /** Camel would ask it before the settings, as it would an environment variable: {@code RouteEditsIT}. */
    @Test
    void aSystemPropertyWithTheNameOfASettingChangesNothing() throws Exception {
        System.setProperty("orders.high.consumers", "auto");
        try {
            new ShippedRoutes().check();
        } finally {
            System.clearProperty("orders.high.consumers");
        }
    }

    @ParameterizedTest
    @MethodSource("badEdits")
    void aBadEditIsRefusedWithItsPlaceAndWhatToDo(BadEdit bad) {
        ShippedRoutes routes = new ShippedRoutes().edit(bad.file(), bad.edit());

        RoutesRefusedException refused = catchThrowableOfType(RoutesRefusedException.class, routes::check);

        assertThat(refused).as("is refused").isNotNull();
        assertThat(refused.errors()).anySatisfy(error -> {
            assertThat(error.message()).contains(bad.message());
            if (!bad.place().isEmpty()) {
                String text = routes.text(bad.file());
                Place expected = Place.of(text, text.indexOf(bad.place()));
                assertThat(error.file()).isEqualTo(bad.file());
                assertThat(error.line() + ":" + error.column()).isEqualTo(expected.line() + ":" + expected.column());
                assertThat(error.text())
                        .isEqualTo(
                                text.lines().toList().get(expected.line() - 1).strip());
            }
        });
        assertThat(refused.errors()).allSatisfy(error -> {
            assertThat(error.message()).isNotBlank().doesNotContain("\n");
            assertThat(error.file().isEmpty() || error.line() > 0)
                    .as(error.toString())
                    .isTrue();
        });
    }

    @Test
    void thereAreManyKindsOfBadEdits() {
        assertThat(BadEdit.all()).hasSizeGreaterThanOrEqualTo(60).doesNotHaveDuplicates();
    }

    @Test
    void allErrorsOfAllFilesAreToldAtOnce() {
        ShippedRoutes routes = new ShippedRoutes()
                .edit("40-fulfilment.camel.yaml", text -> text.replace("order-failures", "order-failure"))
                .edit("30-fulfil-orders.camel.yaml", text -> text.replace("method: processed", "method: procesed"));

        RoutesRefusedException refused = catchThrowableOfType(RoutesRefusedException.class, routes::check);

        assertThat(refused.errors())
                .extracting(RouteError::file)
                .contains("40-fulfilment.camel.yaml", "30-fulfil-orders.camel.yaml");
        assertThat(refused.getMessage()).contains("40-fulfilment.camel.yaml:", "30-fulfil-orders.camel.yaml:");
    }

    static Stream<ShippedRoutes> goodEdits() {
        return Stream.of(
                new ShippedRoutes().edit("40-fulfilment.camel.yaml", text -> text.replace("\n", "\r\n")),
                new ShippedRoutes().edit("40-fulfilment.camel.yaml", text -> "# ours\n" + text),
                new ShippedRoutes()
                        .edit(
                                "40-fulfilment.camel.yaml",
                                text -> text.replace("        - to: \"{{orders.fulfilment.uri}}\"", """
                                        - setHeader: { name: Idempotency-Key, simple: "${header.OrderId}" }
                                        - setHeader: { name: CamelHttpMethod, constant: POST }
                                        - toD: "http://example.com/orders/${header.OrderId}?responseTimeout=5000&shop=ours"
                                        - choice:
                                            when:
                                              - simple: "${variable.lane} == 'high'"
                                                steps: [{ to: "log:high?level=INFO" }]
                                            otherwise:
                                              steps:
                                                - to:
                                                    uri: activemq:queue:ours
                                                    parameters: { priority: 3 }
                                """)),
                new ShippedRoutes().put("50-ours.camel.xml", """
                                <routes xmlns="http://camel.apache.org/schema/xml-io">
                                  <route id="ours">
                                    <from uri="timer:ours?period=60000"/>
                                    <choice>
                                      <when><simple>${header.a} == 'b'</simple><log message="${body}"/></when>
                                      <otherwise><to uri="activemq:queue:ours"/></otherwise>
                                    </choice>
                                  </route>
                                </routes>
                                """),
                new ShippedRoutes().put("50-ours.camel.yaml", """
                                - route:
                                    id: ours
                                    from:
                                      uri: file:target/never-made
                                      steps:
                                        - doTry:
                                            steps:
                                              - split: { tokenize: "\\n", steps: [{ to: "activemq:queue:orders.incoming" }] }
                                            doCatch:
                                              - exception: [java.io.IOException]
                                                steps: [{ log: "${exception.message}" }]
                                """));
    }

    @ParameterizedTest
    @MethodSource("goodEdits")
    void aGoodEditPasses(ShippedRoutes routes) throws Exception {
        routes.check();

        assertThat(Path.of("target/never-made")).doesNotExist();
    }

    @Test
    void theExampleForTheWarehousePassesOnceItsPropertyIsSet() throws Exception {
        String example = Files.readString(Path.of("examples/warehouse/40-fulfilment.camel.yaml"));

        new ShippedRoutes()
                .put(
                        "40-fulfilment.camel.yaml",
                        example.replaceAll("\\{\\{warehouse\\.url[^}]*}}", "http://127.0.0.1:1"))
                .check();
    }

    /** Such as one in a jar of lib/ext that lacks another jar. */
    public static final class CannotBeMade {
        static final int NUMBER = Integer.parseInt("none");
    }

    @Test
    void aClassThatCannotBeLoadedIsAnErrorOfTheEdit() {
        ShippedRoutes routes = new ShippedRoutes().put("50-ours.camel.yaml", """
                        - route:
                            id: ours
                            from:
                              uri: direct:ours
                              steps:
                                - bean: { beanType: "ordersystem.reload.RouteCheckTest$CannotBeMade" }
                        """);

        assertThat(catchThrowableOfType(RoutesRefusedException.class, routes::check)
                        .errors())
                .hasSize(1);
    }

    @Test
    void bytesThatAreNotUtf8AreToldWithTheirPlace() {
        byte[] bytes = "- route:\n    id: f\u00fcr\n".getBytes(StandardCharsets.ISO_8859_1);

        RoutesRefusedException refused = catchThrowableOfType(
                RoutesRefusedException.class,
                () -> new ShippedRoutes().put("50-mine.camel.yaml", bytes).check());

        assertThat(refused.errors())
                .singleElement()
                .hasToString("50-mine.camel.yaml:2:10: not UTF-8 from here on; save the file in that encoding");
    }

    @Test
    void aFileTakenAwayIsAnErrorWhereItsRoutesAreNeeded() {
        RoutesRefusedException refused = catchThrowableOfType(
                RoutesRefusedException.class,
                () -> new ShippedRoutes().delete("40-fulfilment.camel.yaml").check());

        assertThat(refused.errors())
                .anyMatch(error -> error.file().equals("30-fulfil-orders.camel.yaml")
                        && error.message().startsWith("no route takes from 'direct:fulfilment'"));
    }

    @Test
    void aFolderThatIsNotThereIsSaidSo() {
        assertThat(refusal(folder.resolve("none"))).contains("none is not there");
    }

    @Test
    void anEmptyFolderIsSaidSo() throws Exception {
        Files.writeString(folder.resolve("notes.txt"), "x");

        assertThat(refusal(folder)).contains("has no route files");
    }

    @Test
    void aFileOfFiveMegabytesIsRefusedUnread() throws Exception {
        Files.write(folder.resolve("50-large.camel.yaml"), new byte[5 << 20]);

        assertThat(refusal(folder)).startsWith("50-large.camel.yaml: larger than 256 KB");
    }

    @Test
    void aFileWithoutPermissionIsSaidSo() throws Exception {
        Path file = Files.writeString(folder.resolve("50-secret.camel.yaml"), "- route: {}\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        assumeFalse(Files.isReadable(file), "this user may read everything");

        assertThat(refusal(folder)).startsWith("50-secret.camel.yaml: cannot be read: no permission");
    }

    @Test
    void whatEditorsPutBesideAFileIsNoRouteFile() throws Exception {
        Files.writeString(folder.resolve("40-fulfilment.camel.yaml"), "- route: {}\n");
        for (String name : List.of(
                ".40-fulfilment.camel.yaml.swp",
                "40-fulfilment.camel.yaml~",
                "#40-fulfilment.camel.yaml#",
                ".#40-fulfilment.camel.yaml",
                "4913",
                "40-fulfilment.camel.yaml.bak",
                "40-fulfilment.camel.yaml.orig",
                "40-fulfilment.camel.yaml.tmp.1234")) {
            Files.writeString(folder.resolve(name), "rubbish");
        }

        assertThat(RouteFiles.read(folder).all().keySet()).containsExactly("40-fulfilment.camel.yaml");
    }

    @Test
    void aCheckTakesLessThanASecondOnceWarm() throws Exception {
        ShippedRoutes routes = new ShippedRoutes();
        routes.check();
        long begin = System.nanoTime();

        routes.check();

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
    }

    private static String refusal(Path folder) {
        RoutesRefusedException refused =
                catchThrowableOfType(RoutesRefusedException.class, () -> RouteFiles.read(folder));
        return String.valueOf(refused.getMessage());
    }
}
