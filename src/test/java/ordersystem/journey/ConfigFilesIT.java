package ordersystem.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What people change in {@code config/} of an installation holds, though the jar has the same files as they were shipped. */
class ConfigFilesIT {

    @RegisterExtension
    final ProgramUnderTest program = new ProgramUnderTest("ConfigFilesIT-data");

    @Test
    void thePolicyOfJolokiaAndTheLogLevelsAreThoseOfTheInstallation() throws Exception {
        Installation installation = new Installation("ConfigFilesIT");
        edit(installation, "config/jolokia-access.xml", "<command>search</command>", "");
        edit(installation, "config/log4j2.properties", "rootLogger.level = warn", "rootLogger.level = info");
        program.runFrom(installation.home());

        program.start();

        assertThat(get("/observe/jolokia/read/java.lang:type=Runtime/Uptime")).contains("\"status\":200");
        assertThat(get("/observe/jolokia/search/java.lang:*")).contains("\"status\":403");
        assertThat(Files.readString(program.output())).contains("INFO  [main] AbstractCamelContext - Apache Camel");
    }

    private static void edit(Installation installation, String name, String from, String to) throws IOException {
        Path file = installation.home().resolve(name);
        String text = Files.readString(file);
        assertThat(text).contains(from);
        Files.writeString(file, text.replace(from, to));
    }

    private String get(String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(program.managementUrl(path)))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
