package ordersystem.reload;

import org.apache.camel.CamelContext;
import org.apache.camel.component.properties.PropertiesComponent;

/** What <code>{{key}}</code> stands for. */
public final class Placeholders {

    private Placeholders() {}

    /**
     * Has the properties given to a context come first. Camel asks environment variables and system properties of the same name
     * before them, where {@code auto} is not worked out, and a path may still be relative.
     */
    public static void areSettings(CamelContext context) {
        PropertiesComponent placeholders = (PropertiesComponent) context.getPropertiesComponent();
        placeholders.setEnvironmentVariableMode(PropertiesComponent.ENVIRONMENT_VARIABLES_MODE_FALLBACK);
        placeholders.setSystemPropertiesMode(PropertiesComponent.SYSTEM_PROPERTIES_MODE_FALLBACK);
    }
}
