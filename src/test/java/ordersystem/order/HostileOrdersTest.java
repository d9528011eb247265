package ordersystem.order;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.command.ActiveMQMapMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Orders made to hurt, at random: {@code -Dfuzz.inputs} of them, from {@code -Dfuzz.seed}. Whatever arrives is an order or is
 * refused, soon, and what is an order is the same order however often it is read and however it is written.
 */
class HostileOrdersTest {

    private static final int INPUTS = Integer.getInteger("fuzz.inputs", 20_000);
    private static final long SEED = Long.getLong("fuzz.seed", 11);
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final String JSON_ORDER =
            "{\"orderId\":\"536365\",\"customerId\":\"17850\",\"priority\":\"NORMAL\",\"shipping\":\"STANDARD\","
                    + "\"placedAt\":\"2010-12-01T08:26:00Z\",\"currency\":\"GBP\",\"lines\":[{\"sku\":\"85123A\","
                    + "\"description\":\"WHITE \u00e9\uD83D\uDE00\",\"quantity\":6,\"unitPrice\":\"2.55\"}],"
                    + "\"total\":\"15.30\",\"x\":[null,{\"y\":-1e5}]}";
    private static final String XML_ORDER =
            "<order id=\"536365\" customer=\"17850\" priority=\"NORMAL\" shipping=\"STANDARD\""
                    + " placedAt=\"2010-12-01T08:26:00Z\" currency=\"GBP\"><line sku=\"85123A\" quantity=\"6\""
                    + " unitPrice=\"2.55\">WHITE \u00e9</line><total>15.30</total></order>";

    /** Pieces that parsers have stumbled over. */
    private static final List<String> PIECES = List.of(
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\\",
            "\\u0000",
            "\\ud800",
            "\\udc00\\ud800",
            "\0",
            "\uFEFF",
            "\u2028",
            "\u202e",
            "null",
            "true",
            "NaN",
            "Infinity",
            "-0",
            "1e999999999",
            "1e-999999999",
            "0x10",
            "00",
            "99999999999999999999999999",
            "0.1".repeat(3),
            "\"lines\":[]",
            "\"orderId\":\"536365\"",
            "\"__proto__\":{}",
            "\"total\":\"15.3\"",
            "[".repeat(70),
            "{\"a\":".repeat(70),
            "<",
            "</order>",
            "<order>",
            "<!--",
            "]]>",
            "<![CDATA[",
            "<!DOCTYPE order [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>",
            "<!DOCTYPE order SYSTEM \"file:///etc/passwd\">",
            "&b;",
            "&#0;",
            "&#x1F600;",
            "&amp;",
            "<?xml version=\"1.0\" encoding=\"UTF-7\"?>",
            "<?xml version=\"1.1\"?>",
            "xmlns:a=\"b\"",
            "${7*7}",
            "${exec:id}",
            "{{orders.ledger.password}}",
            "${jndi:ldap://127.0.0.1/a}",
            "x".repeat(70_000));

    private static final List<Charset> CHARSETS = List.of(UTF_8, UTF_8, UTF_8, UTF_16LE, ISO_8859_1);

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
            .build();

    /** Of an old producer, in its own encoding. */
    private record LegacyBytes(byte[] bytes) {}

    private final Random random = new Random(SEED);
    private final OrderReader reader = new OrderReader();
    private final LegacyOrders legacy = new LegacyOrders(reader, ISO_8859_1);

    @Test
    void whateverArrivesIsAnOrderOrRefusedSoonAndTheSameOrderHoweverItIsWritten() throws Exception {
        int orders = 0;
        long longest = 0;
        for (int i = 0; i < INPUTS; i++) {
            Object input = input();
            long begin = System.nanoTime();
            Order order = read(input, i);
            longest = Math.max(longest, System.nanoTime() - begin);
            if (order != null) {
                orders++;
                requireStable(input, order, i);
            }
        }
        System.out.printf(
                "hostile orders: %,d inputs, %,d of them orders; the longest took %d ms%n",
                INPUTS, orders, TimeUnit.NANOSECONDS.toMillis(longest));
        assertThat(longest).isLessThan(LONGEST_NANOS);
        assertThat(orders).as("neither all nor none").isBetween(INPUTS / 50, INPUTS / 2);
    }

    private @Nullable Order read(Object input, int number) throws Exception {
        try {
            Object body = input;
            if (input instanceof LegacyBytes bytes) {
                body = legacy.translate(bytes.bytes());
            } else if (input instanceof ActiveMQMapMessage) {
                body = legacy.translate(input);
            }
            return reader.read(reader.json(Objects.requireNonNull(body)), null);
        } catch (InvalidOrderException e) {
            assertThat(e.violations()).isNotEmpty();
            assertThat(e.getMessage()).as("input %d of seed %d", number, SEED).doesNotContain("\n", "\r", "\u001b");
            return null;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw new AssertionError("input " + number + " of seed " + SEED + ": " + excerpt(input), e);
        }
    }

    private void requireStable(Object input, Order order, int number) throws IOException {
        if (input instanceof LegacyBytes || input instanceof ActiveMQMapMessage) {
            return; // read as text from there on
        }
        Object json = reader.json(input);
        assertThat(reader.read(json, null).bodyHash())
                .as("read again: input %d of seed %d", number, SEED)
                .isEqualTo(order.bodyHash());
        JsonNode tree = json instanceof byte[] bytes
                ? JSON.readTree(bytes)
                : JSON.readTree(((String) json).replaceFirst("^\uFEFF", ""));
        assertThat(reader.read(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(tree), null)
                        .bodyHash())
                .as("written otherwise: input %d of seed %d", number, SEED)
                .isEqualTo(order.bodyHash());
    }

    private Object input() throws Exception {
        boolean xml = random.nextInt(3) == 0;
        String text = xml ? XML_ORDER : JSON_ORDER;
        for (int changes = random.nextInt(4); changes > 0; changes--) {
            text = changed(text);
        }
        byte[] bytes = text.getBytes(CHARSETS.get(random.nextInt(CHARSETS.size())));
        for (int flips = random.nextInt(8) - 5; flips > 0; flips--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return switch (random.nextInt(10)) {
            case 0 -> noise();
            case 1 -> new LegacyBytes(bytes);
            case 2 -> map(text);
            case 3, 4, 5 -> text;
            default -> bytes;
        };
    }

    /** A piece put in, taken out, doubled, or put in the place of another. */
    private String changed(String text) {
        int from = random.nextInt(text.length() + 1);
        int to = Math.min(text.length(), from + random.nextInt(20));
        return switch (random.nextInt(4)) {
            case 0 -> text.substring(0, from) + piece() + text.substring(from);
            case 1 -> text.length() < 2 ? text : text.substring(0, from) + text.substring(to) + " ";
            case 2 -> text.substring(0, to) + text.substring(from);
            default -> text.substring(0, from) + piece() + text.substring(to);
        };
    }

    private String piece() {
        return PIECES.get(random.nextInt(PIECES.size()));
    }

    private byte[] noise() {
        byte[] noise = new byte[random.nextInt(300)];
        random.nextBytes(noise);
        return noise;
    }

    private ActiveMQMapMessage map(String text) throws Exception {
        List<Object> values = new ArrayList<>(List.of("536365", text, piece(), 6, -1L, 1e300, true, new byte[] {1}));
        ActiveMQMapMessage message = new ActiveMQMapMessage();
        for (String name : List.of("orderId", "customerId", "priority", "total", piece(), "x")) {
            if (random.nextBoolean() && !name.isEmpty()) {
                message.setObject(name, values.get(random.nextInt(values.size())));
            }
        }
        if (random.nextBoolean()) {
            message.setString("orderId", "536365");
        }
        message.setString("lines", random.nextBoolean() ? "[{\"sku\":\"a\",\"quantity\":1,\"unitPrice\":1}]" : piece());
        return message;
    }

    private static String excerpt(Object input) {
        String text = input instanceof byte[] bytes ? new String(bytes, ISO_8859_1) : String.valueOf(input);
        return text.substring(0, Math.min(2_000, text.length()));
    }
}
