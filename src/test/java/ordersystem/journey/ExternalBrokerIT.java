package ordersystem.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged program with an ActiveMQ Classic that is killed, taken over by its partner, cut off, or not there. */
class ExternalBrokerIT {

    private static final int TIMES = Integer.getInteger("broker.kills", 3);
    private static final Duration LONG = Duration.ofSeconds(60);
    /** Orders that some consumer has in its batch when the broker is killed. */
    private static final int IN_HAND = 100;

    @RegisterExtension
    final ProgramUnderTest program = new ProgramUnderTest("ExternalBrokerIT");

    private BrokerUnderTest broker() throws Exception {
        return new BrokerUnderTest(BrokerUnderTest.Kind.CLASSIC, data());
    }

    private Path data() {
        return program.home().resolve("broker");
    }

    @Test
    void aBrokerThatIsKilledAndStartedAgainLosesAndDoublesNothing() throws Exception {
        try (BrokerUnderTest broker = broker()) {
            broker.start();
            program.useBroker(broker.url(), broker.url()).start();

            Outages.survive(program, "Classic, killed and started again", TIMES, () -> {
                broker.kill();
                broker.start();
            });
        }
    }

    @Test
    void whenTheActiveOneOfAPairIsKilledTheOtherOneTakesOver() throws Exception {
        try (BrokerUnderTest one = broker();
                BrokerUnderTest other = broker()) {
            one.start();
            other.launch();
            String pair = "failover:(" + one.url() + "," + other.url() + ")";
            program.useBroker(pair, pair).start();

            Outages.survive(program, "pair of Classics, the active one killed", TIMES, () -> {
                BrokerUnderTest active = one.isOpen() ? one : other;
                BrokerUnderTest waiting = active == one ? other : one;
                active.kill();
                waiting.awaitOpen();
                active.launch();
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"%s", "failover:(%s)"})
    void aLinkThatIsCutBetweenACommitAndItsAnswerLosesAndDoublesNothing(String url) throws Exception {
        try (BrokerUnderTest broker = broker();
                LinkCutter links = new LinkCutter(broker.port())) {
            broker.start();
            program.useBroker(url.formatted(links.url()), broker.url()).start();

            Outages.survive(program, "Classic at " + url + ", cut off at a commit", TIMES, () -> {
                int before = links.cuts();
                links.cutNext();
                await("a link is cut").atMost(LONG).until(() -> links.cuts() > before);
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"%s", "failover:(%s)"})
    void aBrokerThatIsAwayIsToldAndWaitedFor(String url) throws Exception {
        try (BrokerUnderTest broker = broker()) {
            program.useBroker(url.formatted(broker.url()), broker.url()).start();
            assertIsAway("A");
            assertThat(Files.readString(program.output()))
                    .contains(" does not answer: ", "Orders are answered 503 until it does.");

            broker.start();
            awaitProcessed("B");

            broker.kill();
            assertIsAway("C");
            broker.start();
            awaitProcessed("D");

            for (int i = 0; i < IN_HAND; i++) {
                assertThat(program.api().post(order("in-hand-" + i)).status()).isEqualTo(202);
            }
            broker.kill();
            assertIsAway("E");
            assertThat(program.stop(LONG)).as("it ends without its broker").isIn(0, 143);
        }
    }

    @Test
    void theCheckOfAnUntouchedClassicSaysWhatIsMissing() throws Exception {
        Path untouched =
                Files.writeString(Files.createDirectories(program.home()).resolve("untouched.xml"), """
                <beans xmlns="http://www.springframework.org/schema/beans"
                    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
                    xsi:schemaLocation="http://www.springframework.org/schema/beans
                        http://www.springframework.org/schema/beans/spring-beans.xsd
                        http://activemq.apache.org/schema/core
                        http://activemq.apache.org/schema/core/activemq-core.xsd">
                  <bean class="org.springframework.beans.factory.config.PropertyPlaceholderConfigurer"/>
                  <broker xmlns="http://activemq.apache.org/schema/core" dataDirectory="${activemq.data}">
                    <managementContext><managementContext createConnector="false"/></managementContext>
                    <transportConnectors>
                      <transportConnector uri="tcp://127.0.0.1:${activemq.port}"/>
                    </transportConnectors>
                  </broker>
                </beans>
                """);
        try (BrokerUnderTest broker = new BrokerUnderTest(BrokerUnderTest.Kind.CLASSIC, untouched, data())) {
            broker.start();
            program.useBroker(broker.url(), broker.url());

            ProgramUnderTest.Audit check = program.report("check", "--broker");

            assertThat(check.exitCode()).as(check.report()).isEqualTo(1);
            assertThat(check.report())
                    .startsWith("ActiveMQ Classic, " + broker.url() + " as orders\n")
                    .contains(
                            "\nwarning: orders.incoming: a high order waits behind the normal ones.",
                            "\nwarning: legacy.orders.in: a high order waits behind the normal ones.",
                            "\nwarning: no answer from a StatisticsPlugin: ",
                            "\ncannot be seen: where a dead or expired message goes",
                            "\nWhat is to stand in activemq.xml:\n",
                            "<policyEntry queue=\"orders.incoming.>\" prioritizedMessages=\"true\"");
        }
    }

    @Test
    void theCheckOfTheExampleFindsNothing() throws Exception {
        try (BrokerUnderTest broker = broker()) {
            broker.start();
            program.useBroker(broker.url(), broker.url());

            ProgramUnderTest.Audit check = program.report("check", "--broker");

            assertThat(check.exitCode()).as(check.report()).isZero();
            assertThat(check.report())
                    .doesNotContain("warning: ")
                    .endsWith("It has what OrderSystem needs, as far as can be seen.\n");
        }
    }

    private void assertIsAway(String orderId) throws Exception {
        await("it is not ready, and says why").atMost(LONG).until(() -> ready().contains(
                        "the broker does not answer: "));
        long begin = System.nanoTime();
        Api.Answer answer = program.api().post(order(orderId));
        assertThat(answer.status()).as(answer.body()).isEqualTo(503);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
        assertThat(program.api().stats().orElseThrow().path("arriving").isNull())
                .as("arriving is not known")
                .isTrue();
    }

    private void awaitProcessed(String orderId) {
        await("an order is taken in")
                .atMost(LONG)
                .until(() -> program.api().post(order(orderId)).status() == 202);
        await("it is processed")
                .atMost(LONG)
                .until(() -> program.api().order(orderId).body().contains("PROCESSED"));
    }

    private String ready() throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(program.managementUrl("/observe/health/ready")))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static byte[] order(String id) {
        return ("{\"orderId\":\"" + id + "\",\"lines\":[{\"sku\":\"a\",\"quantity\":1,\"unitPrice\":2}]}")
                .getBytes(UTF_8);
    }
}
