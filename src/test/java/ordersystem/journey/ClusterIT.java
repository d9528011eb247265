package ordersystem.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two instances, all alike, on one ActiveMQ Classic and one PostgreSQL. */
class ClusterIT {

    private static final int KILLS = Integer.getInteger("cluster.kills", 4);

    @RegisterExtension
    final ProgramUnderTest one = new ProgramUnderTest("ClusterIT-one");

    @RegisterExtension
    final ProgramUnderTest other = new ProgramUnderTest("ClusterIT-other");

    private BrokerUnderTest broker;
    private Database database;

    @BeforeEach
    void start() throws Exception {
        broker = new BrokerUnderTest(BrokerUnderTest.Kind.CLASSIC, one.home().resolve("broker"));
        broker.start();
        database = new Database(one.home().resolve("database"));
        database.start();
        for (ProgramUnderTest program : List.of(one, other)) {
            program.useBroker(broker.url(), broker.url())
                    .with("ORDERS_LEDGER_URL", database.url())
                    .with("ORDERS_LEDGER_USER", "postgres");
        }
    }

    @AfterEach
    void stop() throws Exception {
        // Before what they depend on.
        one.kill();
        other.kill();
        broker.close();
        database.close();
    }

    /** The second one is added in full flow: it is started by the first of its kills' counterparts. */
    @Test
    void whicheverIsKilledNothingIsLostOrDoneTwice() throws Exception {
        one.start();
        AtomicInteger kills = new AtomicInteger();
        List<JsonNode> instances = new ArrayList<>();

        Outages.survive(one, "two instances, one of them killed", KILLS + 1, () -> {
            int kill = kills.getAndIncrement();
            if (kill == 0) {
                other.start(); // added in full flow
                return;
            }
            ProgramUnderTest victim = kill % 2 == 0 ? one : other;
            victim.kill();
            victim.start();
            instances.add(other.api().stats().orElseThrow().path("instances"));
        });

        JsonNode last = instances.get(instances.size() - 1);
        assertThat(last).as("each says what both did").hasSize(2);
        for (JsonNode instance : last) {
            assertThat(instance.path("received").asLong()).isPositive();
            assertThat(instance.path("processed").asLong()).isPositive();
        }
        assertThat(other.stop(Duration.ofSeconds(60))).isIn(0, 143);
    }
}
