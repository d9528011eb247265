package ordersystem.reload;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.net.URL;
import java.util.Collections;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.StartupSummaryLevel;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.ModelLifecycleStrategySupport;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.support.PropertyBindingSupport;
import sun.reflect.ReflectionFactory;

/**
 * A Camel context to be thrown away, in which route files are loaded to see whether that works. It runs, and no route of it
 * does: no consumer starts, nothing is sent, and the beans in it are hollow, so that none could be called. Used by one thread.
 */
final class Trial implements AutoCloseable {

    private static final String COMPONENT_KEYS = "camel.component.";
    private static final String SERVICES = "META-INF/services/org/apache/camel/";

    private final DefaultCamelContext context = new DefaultCamelContext();

    /**
     * @param properties that routes may name as <code>{{key}}</code>, and options of components
     * @param beans that routes may name, by their classes
     * @param messaging sets up the component {@code activemq} without a broker
     */
    Trial(Properties properties, Map<String, Class<?>> beans, Consumer<CamelContext> messaging) throws Exception {
        context.getCamelContextExtension().setName("routes-check");
        context.disableJMX();
        context.setStartupSummaryLevel(StartupSummaryLevel.Off);
        context.setSourceLocationEnabled(true);
        Placeholders.areSettings(context);
        context.getPropertiesComponent().setOverrideProperties(properties);
        context.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onComponentAdd(String name, Component component) {
                configure(name, component, properties);
            }
        });
        beans.forEach((name, type) -> context.getRegistry().bind(name, hollow(type)));
        messaging.accept(context);
        context.addComponent("platform-http", withoutServer());
        context.addComponent("management-http", withoutServer());
        model().addModelLifecycleStrategy(new ModelLifecycleStrategySupport() {
            @Override
            public void onAddRouteDefinition(RouteDefinition definition) {
                definition.setAutoStartup("false");
            }
        });
        context.start();
    }

    private static PlatformHttpComponent withoutServer() {
        PlatformHttpComponent component = new PlatformHttpComponent();
        component.setEngine(new NoServer());
        return component;
    }

    /** As Camel Main does in the running system. */
    private void configure(String name, Component component, Properties properties) {
        String prefix = COMPONENT_KEYS + name + ".";
        for (String key : properties.stringPropertyNames()) {
            if (key.startsWith(prefix)) {
                try {
                    PropertyBindingSupport.build()
                            .withCamelContext(context)
                            .withTarget(component)
                            .withProperty(key.substring(prefix.length()).replace("-", ""), properties.getProperty(key))
                            .withIgnoreCase(true)
                            .bind();
                } catch (RuntimeException notNow) {
                    // It names a bean that is not made here. The running system has started with it.
                    continue;
                }
            }
        }
    }

    /**
     * An object of a class that was never constructed: it has the methods that Camel looks for, and could not do anything if
     * one were called.
     */
    static Object hollow(Class<?> type) {
        try {
            Constructor<?> constructor = ReflectionFactory.getReflectionFactory()
                    .newConstructorForSerialization(type, Object.class.getDeclaredConstructor());
            return constructor.newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("no hollow " + type.getName(), e);
        }
    }

    DefaultCamelContext context() {
        return context;
    }

    Model model() {
        return context.getCamelContextExtension().getContextPlugin(Model.class);
    }

    /** Loads them, as the running system would. */
    void load(Iterable<Source> sources) throws Exception {
        RouteSet.of(context, sources).addTo(context);
    }

    /**
     * What is on the class path.
     *
     * @param kind {@code component}, {@code language} or {@code dataformat}
     */
    static Set<String> names(String kind) {
        Set<String> names = new TreeSet<>();
        try {
            for (URL found :
                    Collections.list(Trial.class.getClassLoader().getResources(SERVICES + kind + ".properties"))) {
                Properties list = new Properties();
                try (InputStream in = found.openStream()) {
                    list.load(in);
                }
                names.addAll(Set.of(list.getProperty(kind + "s", "").trim().split("\\s+")));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        names.remove("");
        return names;
    }

    @Override
    public void close() {
        context.stop();
    }
}
