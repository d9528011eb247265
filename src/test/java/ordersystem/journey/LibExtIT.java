package ordersystem.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.internet.MimeMessage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A component that is not part of the program, fetched into lib/ext as docs/routes.md says: mail, to a real SMTP server. */
class LibExtIT {

    private static final String ORDER =
            "{\"orderId\":\"mailed\",\"lines\":[{\"sku\":\"Gr\u00fc\u00dfe\",\"quantity\":1,\"unitPrice\":2}]}";

    @RegisterExtension
    final ProgramUnderTest program = new ProgramUnderTest("LibExtIT-data");

    @Test
    void aComponentFetchedIntoLibExtIsThereForTheRoutes() throws Exception {
        Installation installation = new Installation("LibExtIT");
        List<String> fetch = new ArrayList<>(List.of(
                System.getProperty("maven.home") + "/bin/mvn",
                "-q",
                "-f",
                "examples/fulfilment/mail/pom.xml",
                "dependency:copy-dependencies",
                "-DoutputDirectory=" + installation.home().resolve("lib/ext")));
        if (System.getProperty("maven.settings", "").contains("offline=true")) {
            fetch.add("-o");
        }
        installation.run(fetch);
        try (Stream<Path> jars = Files.list(installation.home().resolve("lib/ext"))) {
            assertThat(jars.map(jar -> jar.getFileName().toString()))
                    .as("what lib/ does not have, and nothing else")
                    .anyMatch(name -> name.startsWith("camel-mail-"))
                    .noneMatch(name -> name.endsWith(".jar")
                            && Files.exists(installation.home().resolve("lib/" + name)));
        }
        GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        mail.start();
        try {
            Files.writeString(
                    installation.home().resolve("config/application.properties"),
                    "\nmail.port=" + mail.getSmtp().getPort() + "\n",
                    StandardOpenOption.APPEND);
            program.runFrom(installation.home());
            program.useExample(Path.of("examples/fulfilment/mail/40-fulfilment.camel.yaml"));
            program.start();

            assertThat(program.api().post(ORDER.getBytes(UTF_8)).status()).isEqualTo(202);

            await().until(() -> program.api().order("mailed").body().contains("PROCESSED"));
            MimeMessage received = mail.getReceivedMessages()[0];
            assertThat(received.getSubject()).isEqualTo("Order mailed (normal)");
            assertThat(received.getContent().toString().strip()).isEqualTo(ORDER);
            assertThat(received.getHeader("OrderStep")).isNull();
            assertThat(received.getAllRecipients()[0]).hasToString("warehouse@localhost");
        } finally {
            mail.stop();
        }
    }
}
