package ordersystem.routes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;
import org.yaml.snakeyaml.Yaml;

/**
 * The route files that run together: the shipped ones, with those of an example in their place.
 *
 * @param name of the example; "routes" for the shipped ones
 * @param own the files to be looked at: of an example its own, because the others are looked at as shipped
 */
record RouteSet(String name, List<Path> files, List<Path> own) {

    private static final Path SHIPPED = Path.of("routes");
    private static final Path EXAMPLES = Path.of("examples");
    private static final Pattern FILE_NAME = Pattern.compile("(\\d\\d-([a-z-]+))\\.camel\\.(yaml|xml)");

    /** A route of a file; id, description, routeConfigurationId and from as in YAML. */
    record FileRoute(Path path, Map<String, Object> route) {

        /** The file's name without its number. */
        String file() {
            return nameOf(path).group(2);
        }

        String text(String key) {
            return String.valueOf(route.get(key));
        }

        String from() {
            return String.valueOf(map(Objects.requireNonNull(route.get("from"))).get("uri"));
        }
    }

    static RouteSet shipped() {
        List<Path> files = list(SHIPPED);
        return new RouteSet("routes", files, files);
    }

    /** The shipped files, and each folder of the examples that has route files. */
    static List<RouteSet> all() {
        List<RouteSet> sets = new ArrayList<>(List.of(shipped()));
        try (Stream<Path> all = Files.walk(EXAMPLES)) {
            for (Path folder : all.filter(Files::isDirectory).sorted().toList()) {
                List<Path> own = list(folder);
                if (!own.isEmpty()) {
                    Map<String, Path> together = new TreeMap<>();
                    list(SHIPPED).forEach(file -> together.put(nameOf(file).group(1), file));
                    own.forEach(file -> together.put(nameOf(file).group(1), file));
                    sets.add(new RouteSet(folder.toString(), List.copyOf(together.values()), own));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sets;
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().contains(".camel."))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Groups: name with number, name without; a name that does not follow the convention is an error. */
    static Matcher nameOf(Path file) {
        Matcher name = FILE_NAME.matcher(file.getFileName().toString());
        if (!name.matches()) {
            throw new AssertionError(file + " is not named NN-verb-object.camel.yaml or .xml");
        }
        return name;
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The text without comments. */
    static String code(Path file) {
        return text(file).replaceAll("(?m)^\\s*#.*$", "").replaceAll("(?s)<!--.*?-->", "");
    }

    List<FileRoute> routes() {
        return routes(files);
    }

    List<FileRoute> ownRoutes() {
        return routes(own);
    }

    private static List<FileRoute> routes(List<Path> files) {
        List<FileRoute> routes = new ArrayList<>();
        for (Path file : files) {
            if (isXml(file)) {
                routes.addAll(xmlRoutes(file));
            } else {
                walk(new Yaml().load(text(file)), (key, value) -> {
                    if (key.equals("route")) {
                        routes.add(new FileRoute(file, map(value)));
                    }
                });
            }
        }
        return routes;
    }

    Set<String> configurations() {
        Set<String> ids = new TreeSet<>();
        for (Path file : files) {
            if (!isXml(file)) {
                walk(new Yaml().load(text(file)), (key, value) -> {
                    if (key.equals("routeConfiguration")) {
                        ids.add(String.valueOf(map(value).get("id")));
                    }
                });
            }
        }
        return ids;
    }

    /** What the files say that matches the first group of a pattern. */
    static Set<String> matches(List<Path> files, Pattern pattern) {
        return files.stream()
                .flatMap(file -> pattern.matcher(code(file)).results())
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    static boolean isXml(Path file) {
        return file.toString().endsWith(".xml");
    }

    private static List<FileRoute> xmlRoutes(Path file) {
        try {
            NodeList found = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(file.toFile())
                    .getElementsByTagName("route");
            List<FileRoute> routes = new ArrayList<>();
            for (int i = 0; i < found.getLength(); i++) {
                Element element = (Element) found.item(i);
                Map<String, Object> route = new HashMap<>();
                for (String attribute : List.of("id", "description", "routeConfigurationId")) {
                    if (element.hasAttribute(attribute)) {
                        route.put(attribute, element.getAttribute(attribute));
                    }
                }
                Element from = (Element) element.getElementsByTagName("from").item(0);
                route.put("from", Map.of("uri", from.getAttribute("uri")));
                routes.add(new FileRoute(file, route));
            }
            return routes;
        } catch (ParserConfigurationException | SAXException | IOException e) {
            throw new AssertionError(file + ": " + e.getMessage(), e);
        }
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(Object node) {
        return (Map<String, Object>) node;
    }

    static void walk(Object node, BiConsumer<String, Object> each) {
        if (node instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                each.accept(String.valueOf(key), value);
                walk(value, each);
            });
        } else if (node instanceof List<?> list) {
            list.forEach(item -> walk(item, each));
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
