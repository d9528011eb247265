package ordersystem.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The packaged program has all that its pages need with it, and the policy that stands in its config folder. */
class PagesIT {

    private final HttpClient client = HttpClient.newHttpClient();

    @RegisterExtension
    final ProgramUnderTest program = new ProgramUnderTest("PagesIT");

    @Test
    void pagesHawtioAndJolokiaAreThere() throws Exception {
        program.start();

        assertThat(get("/")).contains("<title>OrderSystem</title>", "data-port=\"management\"");
        for (String file : List.of("page.js", "page.css", "icon.svg", "uplot/uPlot.esm.js", "uplot/uPlot.min.css")) {
            assertThat(get("/page/" + file)).as(file).isNotEmpty();
        }
        assertThat(get("/hawtio/")).contains("<title>Hawtio</title>");
        assertThat(get("/hawtio/jmx/attributes")).contains("<title>Hawtio</title>");
        assertThat(get("/observe/jolokia/read/ordersystem:type=OrderStats/Processed"))
                .contains("\"value\":0");
        assertThat(send(HttpRequest.newBuilder(URI.create(program.managementUrl("/observe/jolokia")))
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "{\"type\":\"exec\",\"mbean\":\"java.lang:type=Memory\",\"operation\":\"gc\"}"))))
                .contains("\"status\":403");
    }

    private String get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(program.managementUrl(path))));
    }

    private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }
}
