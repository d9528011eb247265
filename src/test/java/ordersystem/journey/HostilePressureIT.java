package ordersystem.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Good orders while somebody attacks, attack by attack, for {@code -Dpressure.seconds} each: all of them are accepted and processed
 * once, the attackers hear that it is their fault, and the program lives. How long good orders were answered in is printed, not
 * judged: attackers, customers and program share one machine here.
 */
@Timeout(value = 2, unit = TimeUnit.HOURS)
class HostilePressureIT {

    private static final int SECONDS = Integer.getInteger("pressure.seconds", 2);
    private static final int PER_SECOND = Integer.getInteger("pressure.rate", 50);
    private static final int WARM_UP_SECONDS = 5 * SECONDS;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @RegisterExtension
    final ProgramUnderTest program = new ProgramUnderTest("HostilePressureIT").longLived();

    @Test
    void goodOrdersFlowBesideAttacks() throws Exception {
        program.start();
        Map<String, Attackers> attacks = new LinkedHashMap<>();
        List<SteadyCustomers.Times> times = new ArrayList<>();
        int orders;
        try (SteadyCustomers customers = new SteadyCustomers(program.api(), PER_SECOND)) {
            customers.times(WARM_UP_SECONDS * PER_SECOND);
            SteadyCustomers.Times before = customers.times(3 * SECONDS * PER_SECOND);
            for (Attack attack : Attack.values()) {
                try (Attackers attackers = new Attackers(attack, program)) {
                    times.add(customers.times(SECONDS * PER_SECOND));
                    attacks.put(attack.words(), attackers);
                }
            }
            SteadyCustomers.Times after = customers.times(3 * SECONDS * PER_SECOND);
            orders = customers.stop();

            System.out.printf("pressure: %d good orders a second; before: %s%n", PER_SECOND, before);
            int i = 0;
            for (Map.Entry<String, Attackers> each : attacks.entrySet()) {
                System.out.printf(
                        "pressure: %s: %s; good orders: %s%n", each.getKey(), each.getValue(), times.get(i++));
            }
            System.out.printf(
                    "pressure: after: %s; answers to good orders: %s, sent again %d times after a lost connection%n",
                    after, customers.answers(), customers.lost());
            assertThat(customers.answers()).as("answers to good orders").isEqualTo(Map.of("202", orders));
        }

        attacks.forEach((name, attackers) -> assertThat(attackers.answers().keySet())
                .as(name)
                .allMatch(answer -> answer.matches("closed|open|202|4\\d\\d|501|505")));
        assertThat(program.isAlive()).isTrue();
        await("all are processed").atMost(LIMIT).until(() -> count("processed") == orders);
        assertThat(count("received")).isEqualTo(orders);
        assertThat(count("failed") + count("pending")).isZero();
        Map<String, Integer> fulfilled = new LinkedHashMap<>();
        FulfilledQueue.read(program.brokerUrl(), "orders.fulfilled")
                .forEach(order -> fulfilled.merge(order.orderId(), 1, Integer::sum));
        assertThat(fulfilled).hasSize(orders).allSatisfy((id, copies) -> assertThat(copies)
                .isEqualTo(1));
    }

    private long count(String figure) throws InterruptedException {
        JsonNode stats = program.api().stats().orElseThrow();
        return OutsideAccount.count(stats, figure);
    }
}
