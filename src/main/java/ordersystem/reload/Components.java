package ordersystem.reload;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.CamelContext;
import org.apache.camel.catalog.RuntimeCamelCatalog;
import org.apache.camel.support.PluginHelper;
import org.jspecify.annotations.Nullable;

/** The components on the class path and the options of their endpoints, as Camel's runtime catalogue has them. */
final class Components {

    private static final JsonMapper JSON = new JsonMapper();

    private final Set<String> names = new TreeSet<>(Trial.names("component"));
    private final Map<String, Options> options = new HashMap<>();
    private final RuntimeCamelCatalog catalog;

    /** Names of ours for a component of Camel's. */
    private static final Map<String, String> ALIASES = Map.of("management-http", "platform-http");

    /** @param context whose components count as well */
    Components(CamelContext context) {
        names.addAll(context.getComponentNames());
        names.addAll(ALIASES.keySet());
        catalog = PluginHelper.getRuntimeCamelCatalog(context);
    }

    /**
     * Options of a component's endpoints.
     *
     * @param inPath those that stand in the path of the URI
     * @param prefixes what others may begin with
     * @param lenient whether what is not known is passed on, to a web server for example
     */
    record Options(Set<String> names, Set<String> inPath, List<String> prefixes, boolean lenient) {
        boolean has(String name) {
            return names.contains(name) || prefixes.stream().anyMatch(name::startsWith);
        }
    }

    Set<String> names() {
        return names;
    }

    boolean isKnown(String scheme) {
        return names.contains(scheme);
    }

    /** Null where the catalogue does not know it. */
    @Nullable
    Options options(String scheme) {
        return options.computeIfAbsent(scheme, this::read);
    }

    private @Nullable Options read(String scheme) {
        String json = catalog.componentJSonSchema(ALIASES.getOrDefault(scheme, scheme));
        if (json == null) {
            return null;
        }
        JsonNode schema;
        try {
            schema = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            return null;
        }
        Set<String> all = new TreeSet<>();
        Set<String> inPath = new TreeSet<>();
        if (schema.path("component").path("lenientProperties").asBoolean()) {
            // Some of these take options of the component in the URI, too, and the catalogue does not say which.
            schema.path("componentProperties").fieldNames().forEachRemaining(all::add);
        }
        List<String> prefixes = new ArrayList<>();
        schema.path("properties").fields().forEachRemaining(option -> {
            all.add(option.getKey());
            if (option.getValue().path("kind").asText().equals("path")) {
                inPath.add(option.getKey());
            }
            String prefix = option.getValue().path("prefix").asText();
            if (!prefix.isEmpty()) {
                prefixes.add(prefix);
            }
        });
        return new Options(
                all,
                inPath,
                prefixes,
                schema.path("component").path("lenientProperties").asBoolean());
    }
}
