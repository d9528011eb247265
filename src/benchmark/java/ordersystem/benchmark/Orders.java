package ordersystem.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Real orders (examples/orders), over and over, each time under ids of their own. Immutable. */
public final class Orders {

    private static final Pattern ID = Pattern.compile("\"orderId\":\"([^\"]*)\"");

    private record Text(String before, String id, String after, boolean high) {}

    private final List<Text> texts;

    public Orders() throws IOException {
        try (var lines = Files.lines(Path.of("examples/orders/online-retail.ndjson"))) {
            texts = lines.filter(Orders::isValid).map(Orders::text).toList();
        }
    }

    private Orders(List<Text> texts) {
        this.texts = texts;
    }

    /** Those of one lane only. */
    Orders ofLane(boolean high) {
        return new Orders(texts.stream().filter(text -> text.high() == high).toList());
    }

    /** The sample has invoices without a line that can be sold; they are left out here, poison is put in on purpose. */
    private static boolean isValid(String json) {
        try {
            new ordersystem.order.OrderReader().read(json.getBytes(java.nio.charset.StandardCharsets.UTF_8), null);
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }

    private static Text text(String json) {
        Matcher id = ID.matcher(json);
        if (!id.find()) {
            throw new IllegalArgumentException("an order without an id: " + json);
        }
        return new Text(
                json.substring(0, id.start(1)),
                id.group(1),
                json.substring(id.end(1)),
                json.contains("\"shipping\":\"EXPEDITED\""));
    }

    /** The i-th order's id in a run of this name. */
    public String id(String run, int i) {
        return run + "." + i;
    }

    /** The i-th order of a run of this name, as JSON. */
    public String json(String run, int i) {
        Text text = texts.get(i % texts.size());
        return text.before() + id(run, i) + text.after();
    }

    /** Whether it belongs in the high lane. */
    public boolean isHigh(int i) {
        return texts.get(i % texts.size()).high();
    }
}
