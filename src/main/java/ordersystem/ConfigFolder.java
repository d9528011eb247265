package ordersystem;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Those files in {@code config/} of an installation that libraries read by themselves: they find the same ones in the jar, as they were
 * shipped, unless they are told.
 */
final class ConfigFolder {
    private ConfigFolder() {}

    /** Once in a process, before the first logger is made. Without an installation, in a test for example, nothing is told. */
    static void tellLibraries() {
        String home = System.getProperty(Commands.HOME);
        if (home != null) {
            tell("log4j2.configurationFile", Path.of(home, "config", "log4j2.properties"));
            tell("jolokia.policyLocation", Path.of(home, "config", "jolokia-access.xml"));
        }
    }

    private static void tell(String property, Path file) {
        @Nullable String chosen = System.getProperty(property);
        if (chosen == null && Files.isRegularFile(file)) {
            System.setProperty(property, file.toAbsolutePath().toUri().toString());
        }
    }
}
