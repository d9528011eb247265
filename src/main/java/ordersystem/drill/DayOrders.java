package ordersystem.drill;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ordersystem.order.InvalidOrderException;
import ordersystem.order.Lane;
import ordersystem.order.OrderReader;
import ordersystem.processing.OrderProcessor;

/**
 * The orders of a day, by number, in the order in which they are sent: real invoices, drawn with their bad ones, under ids of
 * their own; and now and then one that was sent before, by a customer who presses the button twice. Immutable.
 */
final class DayOrders {

    /**
     * Share of the orders that are sent once more. The shipped sample repeats nothing; of the lines of the whole set that it is from,
     * about one in a hundred is there twice.
     */
    static final double REPEATED = 0.01;

    /** How far back the order is, at most, that is sent once more. */
    private static final int REACH = 100;

    private static final Pattern ID = Pattern.compile("\"orderId\":\"([^\"]*)\"");

    /** @param good whether it is an order; some invoices of the sample are cancellations and corrections */
    private record Invoice(String before, String after, boolean good, boolean high) {}

    private final String prefix;
    private final List<Invoice> invoices;
    private final int[] drawn;
    private final int[] original;

    /**
     * @param sample invoices as orders in JSON, one a line
     * @param name what the ids begin with
     * @param seed the same one gives the same orders
     */
    DayOrders(Path sample, String name, int count, long seed) throws IOException {
        prefix = name + ".";
        invoices = new ArrayList<>();
        OrderReader reader = new OrderReader();
        for (String line : Files.readAllLines(sample)) {
            invoices.add(invoice(line, reader));
        }
        SplittableRandom random = new SplittableRandom(seed);
        drawn = new int[count];
        original = new int[count];
        for (int i = 0; i < count; i++) {
            boolean again = i > 0 && random.nextDouble() < REPEATED;
            original[i] = again ? original[i - 1 - random.nextInt(Math.min(i, REACH))] : i;
            drawn[i] = again ? drawn[original[i]] : random.nextInt(invoices.size());
        }
    }

    private static Invoice invoice(String json, OrderReader reader) {
        Matcher id = ID.matcher(json);
        if (!id.find()) {
            throw new IllegalArgumentException("an invoice without a number: " + json);
        }
        String before = json.substring(0, id.start(1));
        String after = json.substring(id.end(1));
        try {
            Lane lane = OrderProcessor.lane(reader.read(json.getBytes(StandardCharsets.UTF_8), null));
            return new Invoice(before, after, true, lane.equals(Lane.HIGH));
        } catch (InvalidOrderException e) {
            return new Invoice(before, after, false, false);
        }
    }

    int count() {
        return drawn.length;
    }

    /** The number under which the same order is sent for the first time; its own, but where it is sent once more. */
    int original(int number) {
        return original[number];
    }

    boolean isRepeated(int number) {
        return original[number] != number;
    }

    /** Whether it is an order at all. */
    boolean isGood(int number) {
        return invoice(number).good();
    }

    /** Whether it belongs in the high lane. */
    boolean isHigh(int number) {
        return invoice(number).high();
    }

    String id(int number) {
        return prefix + original[number];
    }

    /** The original number of the order with this id; -1 where it is none of these. */
    int number(String id) {
        if (!id.startsWith(prefix)) {
            return -1;
        }
        return Integer.parseInt(id.substring(prefix.length()));
    }

    byte[] json(int number) {
        Invoice invoice = invoice(number);
        return (invoice.before() + id(number) + invoice.after()).getBytes(StandardCharsets.UTF_8);
    }

    private Invoice invoice(int number) {
        return invoices.get(drawn[number]);
    }
}
