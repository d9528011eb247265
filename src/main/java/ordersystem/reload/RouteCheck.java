package ordersystem.reload;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says whether route files would run, before they do: their shape (YAML, XML, Camel's schema), then what they name, then what
 * they would break, and last whether Camel itself loads them, in a context that is thrown away. Nothing of theirs is
 * executed. Thread-safe.
 */
public final class RouteCheck {

    /** More of them are consequences of the first. */
    private static final int MAX_ERRORS = 50;

    private static final Logger LOG = LoggerFactory.getLogger(RouteCheck.class);

    private final Properties properties;
    private final Map<String, Class<?>> beans;
    private final Set<String> lanesWithRules;
    private final Consumer<CamelContext> messaging;
    private final YamlSchema schema = new YamlSchema();

    /**
     * @param properties that routes may name, and options of components, {@code camel.component.*}
     * @param beans that routes may name, and their classes
     * @param lanesWithRules lanes that orders are sent to by a rule of the configuration, so that a route must take from each
     * @param messaging sets up the component {@code activemq} without a broker
     */
    public RouteCheck(
            Properties properties,
            Map<String, Class<?>> beans,
            Set<String> lanesWithRules,
            Consumer<CamelContext> messaging) {
        this.properties = properties;
        this.beans = Map.copyOf(beans);
        this.lanesWithRules = Set.copyOf(lanesWithRules);
        this.messaging = messaging;
    }

    /** @throws RoutesRefusedException with everything that is wrong */
    public CheckedRoutes check(RouteFiles files) throws RoutesRefusedException {
        List<RouteError> errors = new ArrayList<>();
        List<Source> sources = new ArrayList<>();
        files.all().forEach((name, bytes) -> {
            try {
                Source source = Source.read(name, bytes);
                if (name.endsWith(RouteFiles.YAML)) {
                    schema.check(source, (place, message) -> errors.add(source.error(place, message)));
                }
                sources.add(source);
            } catch (RoutesRefusedException e) {
                errors.addAll(e.errors());
            }
        });
        refuse(errors);
        try (Trial trial = new Trial(properties, beans, messaging)) {
            CamelContext context = trial.context();
            Set<String> keys = new TreeSet<>(properties.stringPropertyNames());
            Flow flow = new Flow(sources, text -> resolved(context, text));
            new References(sources, context, keys, beans, flow, errors).check();
            // A name that is mistyped breaks a promise too, and that is not what is to be mended.
            refuse(errors);
            new Promises(flow, lanesWithRules, errors).check();
            refuse(errors);
            trial.load(sources);
        } catch (RoutesRefusedException e) {
            throw e;
        } catch (Exception | LinkageError e) { // of a class that a route names: its jar is not whole
            LOG.debug("The trial failed", e);
            throw new RoutesRefusedException(TrialFailure.explain(e, sources, schema.words()));
        }
        return new CheckedRoutes(files, List.copyOf(sources));
    }

    private static String resolved(CamelContext context, String text) {
        try {
            return context.resolvePropertyPlaceholders(text);
        } catch (RuntimeException notDefined) {
            return text;
        }
    }

    private static void refuse(List<RouteError> errors) throws RoutesRefusedException {
        if (!errors.isEmpty()) {
            throw new RoutesRefusedException(errors.stream()
                    .sorted(Comparator.comparing(RouteError::file)
                            .thenComparing(RouteError::line)
                            .thenComparing(RouteError::column))
                    .distinct()
                    .limit(MAX_ERRORS)
                    .toList());
        }
    }
}
