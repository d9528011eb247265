package ordersystem.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import ordersystem.routes.RouteSet.FileRoute;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/** What a machine can hold of the way route files are written here, the shipped ones and those of the examples. */
class RouteConventionsTest {

    private static final String FULFILMENT = "40-fulfilment.camel.yaml";
    private static final int SCREEN_LINES = 72;
    private static final int SCREEN_COLUMNS = 130;

    /** One without a default, which stands behind a colon. */
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^}{?:]+)}}");

    private static final Pattern DIRECT = Pattern.compile("direct:([a-z-]+)");

    private static List<RouteSet> all() {
        return RouteSet.all();
    }

    @Test
    void theExamplesAreLookedAt() {
        assertThat(all()).hasSizeGreaterThan(7);
    }

    @ParameterizedTest
    @MethodSource("all")
    void aRouteIsNamedAfterItsFileAndSaysWhatItIsFor(RouteSet set) {
        Map<String, FileRoute> ids = new HashMap<>();
        for (FileRoute route : set.routes()) {
            String id = route.text("id");
            assertThat(id.equals(route.file()) || id.startsWith(route.file() + "-"))
                    .as("route %s in %s: id is the file's name, or begins with it", id, route.file())
                    .isTrue();
            assertThat(route.route()).as("route %s", id).containsKey("description");
            assertThat(ids.put(id, route)).as("route id %s is unique", id).isNull();
        }
        assertThat(ids).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyFailurePolicyThatIsNamedExists(RouteSet set) {
        for (FileRoute route : set.routes()) {
            if (route.route().containsKey("routeConfigurationId")) {
                assertThat(set.configurations())
                        .as("policy of route %s", route.text("id"))
                        .contains(route.text("routeConfigurationId"));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void whatFulfilsAnOrderIsUnderTheFailurePolicy(RouteSet set) {
        assertThat(set.routes())
                .filteredOn(route -> route.from().equals("direct:fulfilment"))
                .singleElement()
                .satisfies(
                        route -> assertThat(route.text("routeConfigurationId")).isEqualTo("order-failures"));
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyDirectHasExactlyOneConsumerThatBearsItsName(RouteSet set) {
        Set<String> consumed = new HashSet<>();
        for (FileRoute route : set.routes()) {
            if (route.from().startsWith("direct:")) {
                assertThat(route.from()).isEqualTo("direct:" + route.text("id"));
                assertThat(consumed.add(route.text("id")))
                        .as("%s is consumed once", route.from())
                        .isTrue();
            }
        }
        assertThat(consumed).containsAll(RouteSet.matches(set.files(), DIRECT));
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyPropertyThatIsUsedIsExplainedInTheConfigurationOrHasADefault(RouteSet set) throws IOException {
        Properties defined = new Properties();
        try (var reader = Files.newBufferedReader(Path.of("config/application.properties"), StandardCharsets.UTF_8)) {
            defined.load(reader);
        }
        // Those of a lane of one's own are there with its rule.
        assertThat(RouteSet.matches(set.own(), PLACEHOLDER))
                .allMatch(key -> defined.containsKey(key.replace("orders.vip.", "orders.normal.")));
    }

    @ParameterizedTest
    @MethodSource("all")
    void aFileFitsAScreenAndOpensWithWhatFlowsInAndOut(RouteSet set) {
        for (Path file : set.own()) {
            List<String> lines = RouteSet.text(file).lines().toList();
            assertThat(lines).as(file.toString()).hasSizeLessThanOrEqualTo(SCREEN_LINES);
            assertThat(lines).as(file.toString()).allMatch(line -> line.length() <= SCREEN_COLUMNS);
            assertThat(lines.get(0)).as(file.toString()).startsWith(RouteSet.isXml(file) ? "<!-- " : "# ");
            if (!Files.exists(Path.of("routes").resolve(file.getFileName())) || file.endsWith(FULFILMENT)) {
                for (String part : List.of("in ", "out", "bad")) {
                    assertThat(lines)
                            .as("%s: the comment at its head says %s", file, part)
                            .anyMatch(line -> line.matches("(#|    )   " + part + " .*"));
                }
            }
        }
    }

    /** What Kaoto cannot read it does not show, and may not save. */
    @ParameterizedTest
    @MethodSource("all")
    void theFilesFitTheSchemaThatEditorsWorkWith(RouteSet set) throws IOException {
        ObjectMapper json = new ObjectMapper();
        try (InputStream in = Objects.requireNonNull(
                RouteConventionsTest.class.getClassLoader().getResourceAsStream("schema/camelYamlDsl.json"))) {
            JsonSchema schema =
                    JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4).getSchema(in);
            for (Path file : set.own()) {
                if (!RouteSet.isXml(file)) {
                    JsonNode tree = json.valueToTree(new Yaml().load(RouteSet.text(file)));
                    assertThat(schema.validate(tree)).as(file.toString()).isEmpty();
                }
            }
        }
    }
}
