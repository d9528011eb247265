package ordersystem.reload;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.camel.CamelContext;
import org.apache.camel.RouteConfigurationsBuilder;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.rest.RestDefinition;
import org.apache.camel.spi.RoutesLoader;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.jspecify.annotations.Nullable;

/**
 * The routes of some files, ready to be added to a context as one. As one, because Camel puts the route that a REST verb
 * leads to into the REST route only where both are added together. Used once, by one thread.
 */
final class RouteSet extends RouteBuilder {

    private final List<RouteBuilder> files = new ArrayList<>();
    private final Predicate<String> routes;
    private final boolean rests;

    private RouteSet(Predicate<String> routes, boolean rests) {
        this.routes = routes;
        this.rests = rests;
    }

    /** All of them. */
    static RouteSet of(CamelContext context, Iterable<Source> sources) throws Exception {
        return read(context, sources, new RouteSet(id -> true, true));
    }

    /**
     * Some of them.
     *
     * @param ids of the routes
     * @param rests whether REST paths are among them
     */
    static RouteSet of(CamelContext context, Iterable<Source> sources, Set<String> ids, boolean rests)
            throws Exception {
        return read(context, sources, new RouteSet(ids::contains, rests));
    }

    private static RouteSet read(CamelContext context, Iterable<Source> sources, RouteSet set) throws Exception {
        RoutesLoader loader = PluginHelper.getRoutesLoader(context);
        for (Source source : sources) {
            // The bytes that were checked, and not what stands in the file by now.
            for (RoutesBuilder builder :
                    loader.findRoutesBuilders(ResourceHelper.fromBytes("file:" + source.file(), source.bytes()))) {
                set.files.add((RouteBuilder) builder);
            }
        }
        return set;
    }

    /** Adds configurations, then routes, which start where the context runs. */
    void addTo(CamelContext context) throws Exception {
        for (RouteBuilder file : files) {
            if (file instanceof RouteConfigurationsBuilder configurations) {
                configurations.addRouteConfigurationsToCamelContext(context);
            }
        }
        context.addRoutes(this);
        addTemplatedRoutesToCamelContext(context);
    }

    @Override
    public void configure() throws Exception {
        CamelContext context = getContext();
        for (RouteBuilder file : files) {
            file.configureRoutes(context);
            file.configureRests(context);
            for (RouteDefinition route : file.getRouteCollection().getRoutes()) {
                if (isWanted(route.getRouteId())) {
                    getRouteCollection().getRoutes().add(route);
                }
            }
            if (rests) {
                for (RestDefinition rest : file.getRestCollection().getRests()) {
                    getRestCollection().getRests().add(rest);
                }
                if (file.getRestConfiguration() != null) {
                    file.getRestConfiguration().asRestConfiguration(context, context.getRestConfiguration());
                }
            }
            getRouteTemplateCollection()
                    .getRouteTemplates()
                    .addAll(file.getRouteTemplateCollection().getRouteTemplates());
            getTemplatedRouteCollection()
                    .getTemplatedRoutes()
                    .addAll(file.getTemplatedRouteCollection().getTemplatedRoutes());
        }
    }

    private boolean isWanted(@Nullable String id) {
        return id == null || routes.test(id);
    }
}
