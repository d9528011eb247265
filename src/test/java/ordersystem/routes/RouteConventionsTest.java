package ordersystem.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** What a machine can hold of the way route files are written here. */
class RouteConventionsTest {

    private static final Path ROUTES = Path.of("routes");
    private static final int SCREEN_LINES = 65;
    private static final int SCREEN_COLUMNS = 130;
    private static final Pattern FILE_NAME = Pattern.compile("\\d\\d-([a-z-]+)\\.camel\\.yaml");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^}?:]+)}}");
    private static final Pattern DIRECT = Pattern.compile("direct:([a-z-]+)");

    /** Text of each file, by its name without number and ending. */
    private static final Map<String, String> TEXTS = new TreeMap<>();

    private static final List<FileRoute> ROUTE_LIST = new ArrayList<>();
    private static final Set<String> CONFIGURATIONS = new HashSet<>();

    private record FileRoute(String file, Map<String, Object> route) {
        String text(String key) {
            return String.valueOf(route.get(key));
        }
    }

    @BeforeAll
    static void read() throws IOException {
        try (Stream<Path> files = Files.list(ROUTES)) {
            for (Path file : files.sorted().toList()) {
                Matcher name = FILE_NAME.matcher(file.getFileName().toString());
                assertThat(name.matches())
                        .as("%s is named NN-verb-object.camel.yaml", file)
                        .isTrue();
                String text = Files.readString(file);
                TEXTS.put(name.group(1), text);
                walk(new Yaml().load(text), (key, value) -> {
                    if (key.equals("route")) {
                        ROUTE_LIST.add(new FileRoute(name.group(1), map(value)));
                    } else if (key.equals("routeConfiguration")) {
                        CONFIGURATIONS.add(String.valueOf(map(value).get("id")));
                    }
                });
            }
        }
        assertThat(ROUTE_LIST).isNotEmpty();
    }

    @Test
    void aRouteIsNamedAfterItsFileAndSaysWhatItIsFor() {
        Set<String> ids = new HashSet<>();
        for (FileRoute route : ROUTE_LIST) {
            String id = route.text("id");
            assertThat(id.equals(route.file()) || id.startsWith(route.file() + "-"))
                    .as("route %s in %s: id is the file's name, or begins with it", id, route.file())
                    .isTrue();
            assertThat(route.route()).as("route %s", id).containsKey("description");
            assertThat(ids.add(id)).as("route id %s is unique", id).isTrue();
        }
    }

    @Test
    void everyFailurePolicyThatIsNamedExists() {
        for (FileRoute route : ROUTE_LIST) {
            if (route.route().containsKey("routeConfigurationId")) {
                assertThat(CONFIGURATIONS)
                        .as("policy of route %s", route.text("id"))
                        .contains(route.text("routeConfigurationId"));
            }
        }
    }

    @Test
    void everyDirectHasExactlyOneConsumerThatBearsItsName() {
        Set<String> consumed = new HashSet<>();
        for (FileRoute route : ROUTE_LIST) {
            String from = String.valueOf(map(route.route().get("from")).get("uri"));
            if (from.startsWith("direct:")) {
                assertThat(from).isEqualTo("direct:" + route.text("id"));
                consumed.add(route.text("id"));
            }
        }
        for (String text : TEXTS.values()) {
            DIRECT.matcher(withoutComments(text)).results().forEach(used -> assertThat(consumed)
                    .contains(used.group(1)));
        }
    }

    @Test
    void everyPropertyThatIsUsedIsExplainedInTheConfiguration() throws IOException {
        Properties defined = new Properties();
        try (var reader = Files.newBufferedReader(Path.of("config/application.properties"), StandardCharsets.UTF_8)) {
            defined.load(reader);
        }
        for (String text : TEXTS.values()) {
            PLACEHOLDER.matcher(text).results().forEach(used -> assertThat(defined.stringPropertyNames())
                    .contains(used.group(1)));
        }
    }

    @Test
    void aFileFitsAScreenAndOpensWithWhatFlowsInAndOut() {
        TEXTS.forEach((name, text) -> {
            List<String> lines = text.lines().toList();
            assertThat(lines).as(name).hasSizeLessThanOrEqualTo(SCREEN_LINES);
            assertThat(lines).as(name).allMatch(line -> line.length() <= SCREEN_COLUMNS);
            assertThat(lines.get(0)).as(name).startsWith("# ");
        });
    }

    private static String withoutComments(String text) {
        return text.replaceAll("(?m)^\\s*#.*$", "");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object node) {
        return (Map<String, Object>) node;
    }

    private static void walk(Object node, BiConsumer<String, Object> each) {
        if (node instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                each.accept(String.valueOf(key), value);
                walk(value, each);
            });
        } else if (node instanceof List<?> list) {
            list.forEach(item -> walk(item, each));
        }
    }
}
