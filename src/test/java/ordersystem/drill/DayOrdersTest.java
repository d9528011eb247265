package ordersystem.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.IntStream;
import ordersystem.order.OrderReader;
import org.junit.jupiter.api.Test;

class DayOrdersTest {

    private static final Path SAMPLE = Path.of("examples/orders/online-retail.ndjson");

    @Test
    void theyAreDrawnFromTheSampleWithItsBadOnesAndOneInTenHigh() throws Exception {
        DayOrders orders = new DayOrders(SAMPLE, "day", 20_000, 1);

        long good = IntStream.range(0, 20_000).filter(orders::isGood).count();
        long high = IntStream.range(0, 20_000).filter(orders::isHigh).count();
        long repeated = IntStream.range(0, 20_000).filter(orders::isRepeated).count();

        assertThat(good / 20_000.0).isBetween(0.74, 0.78);
        assertThat(high / (double) good).isBetween(0.09, 0.11);
        assertThat(repeated / 20_000.0).isBetween(0.008, 0.012);
    }

    @Test
    void theSameSeedGivesTheSameOrders() throws Exception {
        DayOrders orders = new DayOrders(SAMPLE, "day", 500, 3);
        DayOrders again = new DayOrders(SAMPLE, "day", 500, 3);

        assertThat(IntStream.range(0, 500)).allMatch(i -> text(orders, i).equals(text(again, i)));
    }

    @Test
    void oneThatIsSentOnceMoreIsTheSameToTheByte() throws Exception {
        DayOrders orders = new DayOrders(SAMPLE, "day", 1_000, 1);

        int repeated =
                IntStream.range(0, 1_000).filter(orders::isRepeated).findFirst().orElseThrow();
        int original = orders.original(repeated);

        assertThat(original).isLessThan(repeated);
        assertThat(text(orders, repeated)).isEqualTo(text(orders, original));
        assertThat(orders.isRepeated(original)).isFalse();
    }

    @Test
    void anOrderIsReadUnderItsNewIdAndFoundByIt() throws Exception {
        DayOrders orders = new DayOrders(SAMPLE, "day", 100, 1);
        int good = IntStream.range(0, 100).filter(orders::isGood).findFirst().orElseThrow();

        assertThat(new OrderReader().read(orders.json(good), null).orderId()).isEqualTo("day." + good);
        assertThat(orders.number("day." + good)).isEqualTo(good);
        assertThat(orders.number("other." + good)).isEqualTo(-1);
    }

    private static String text(DayOrders orders, int number) {
        return new String(orders.json(number), StandardCharsets.UTF_8);
    }
}
