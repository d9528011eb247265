package ordersystem.order;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import ordersystem.order.InvalidOrderException.Violation;
import org.apache.activemq.command.ActiveMQMapMessage;
import org.apache.activemq.command.ActiveMQObjectMessage;
import org.apache.activemq.command.ActiveMQStreamMessage;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrderReaderTest {
    private static final String LINE = "{'sku':'85123A','quantity':6,'unitPrice':'2.55'}";
    private static final String SMALL = "{'orderId':'536365','lines':[" + LINE + "]}";

    private final OrderReader reader = new OrderReader();

    @Test
    void theShippedExampleIsReadWithAllItsFields() throws IOException {
        byte[] json = Files.readAllBytes(Path.of("examples/orders/order.json"));

        Order order = reader.read(json, 7);

        assertThat(order)
                .isEqualTo(new Order(
                        "536365",
                        "17850",
                        Order.Priority.NORMAL,
                        Order.Shipping.STANDARD,
                        Instant.parse("2010-12-01T08:26:00Z"),
                        "GBP",
                        List.of(new OrderLine(
                                "85123A", "WHITE HANGING HEART T-LIGHT HOLDER", 6, new BigDecimal("2.55"))),
                        new BigDecimal("15.30"),
                        order.bodyHash(),
                        7));
        assertThat(order.bodyHash()).matches("v1:[0-9a-f]{64}");
    }

    @Test
    void whatIsLeftOutHasItsDefault() {
        Order order = read(SMALL);

        assertThat(order.customerId()).isNull();
        assertThat(order.priority()).isEqualTo(Order.Priority.NORMAL);
        assertThat(order.shipping()).isEqualTo(Order.Shipping.STANDARD);
        assertThat(order.placedAt()).isNull();
        assertThat(order.currency()).isNull();
        assertThat(order.total()).isNull();
        assertThat(order.jmsPriority()).isEqualTo(4);
    }

    @Test
    void textBytesAndBytesWithAMarkAreTheSameOrder() {
        String json = json(SMALL);

        assertThat(List.of(
                        reader.read(json.getBytes(UTF_8), null),
                        reader.read('\uFEFF' + json, null),
                        reader.read(('\uFEFF' + json).getBytes(UTF_8), null)))
                .allMatch(reader.read(json, null)::equals);
    }

    @Test
    void aRouteCanCallItByName() throws Exception {
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.getRegistry().bind("orderReader", reader);
            camel.start();

            DefaultExchange exchange = new DefaultExchange(camel);
            exchange.getMessage().setBody(json(SMALL));
            exchange.getMessage().setHeader("JMSPriority", 8);

            Order order = camel.resolveLanguage("simple")
                    .createExpression("${bean:orderReader?method=read}")
                    .evaluate(exchange, Order.class);

            assertThat(order).isEqualTo(reader.read(json(SMALL), 8));
        }
    }

    @Test
    void everyViolationIsNamedAtOnce() {
        assertThat(violations("{'orderId':'" + "a".repeat(65) + "','customerId':17850,'priority':'URGENT','shipping':1,"
                        + "'placedAt':'2010-02-30T08:26:00Z','currency':'gbp','total':-1,'lines':[" + LINE
                        + ",{},{'sku':'','quantity':0,'unitPrice':'2,55'},7]}"))
                .containsExactlyInAnyOrder(
                        "orderId: 65 characters; 1 to 64 of [A-Za-z0-9._-]",
                        "customerId: 17850; a string of at most 65536 characters",
                        "priority: \"URGENT\"; HIGH or NORMAL",
                        "shipping: 1; EXPEDITED or STANDARD",
                        "placedAt: \"2010-02-30T08:26:00Z\"; a moment with its offset such as 2010-12-01T08:26:00Z",
                        "currency: \"gbp\"; three capital letters such as GBP",
                        "total: -1; " + MONEY,
                        "lines[1].sku: missing; a string of 1 to 65536 characters",
                        "lines[1].quantity: missing; a whole number from 1 to 2147483647",
                        "lines[1].unitPrice: missing; " + MONEY,
                        "lines[2].sku: 0 characters; a string of 1 to 65536 characters",
                        "lines[2].quantity: 0; a whole number from 1 to 2147483647",
                        "lines[2].unitPrice: \"2,55\"; " + MONEY,
                        "lines[3]: 7; a JSON object with sku, quantity and unitPrice");
    }

    private static final String MONEY =
            "a plain decimal of 0 or more and below 1000000000000000, as a string such as \"2.55\" or as a number";

    @ParameterizedTest
    @ValueSource(strings = {"a", "0", "._-", "536365", "web-2026-11-25.000017"})
    void theseAreOrderIds(String id) {
        assertThat(read(SMALL.replace("536365", id)).orderId()).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a/b", "a:b", "é", "536365\\n", "\\n536365", "a\\u0000", "${body}"})
    void theseAreNot(String id) {
        assertThat(violations(SMALL.replace("536365", id)))
                .singleElement()
                .asString()
                .startsWith("orderId: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'0'", "'007.50'", "'2.550'", "2.55", "0", "0.0", "25.5e-1", "2E3", "999999999999999"})
    void theseAreMoney(String money) {
        BigDecimal price = read(SMALL.replace("'2.55'", money)).lines().get(0).unitPrice();

        assertThat(price).isEqualByComparingTo(money.replace("'", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'-1'",
                "''",
                "' 1'",
                "'1 '",
                "'1\\n'",
                "'.5'",
                "'5.'",
                "'1e3'",
                "'+1'",
                "'1,5'",
                "'NaN'",
                "'٣'",
                "'1000000000000000'",
                "'0.1234567890123456'",
                "-1",
                "-0.01",
                "-1e-300",
                "1e15",
                "null",
                "true",
                "[]"
            })
    void theseAreNotMoney(String money) {
        assertThat(violations(SMALL.replace("'2.55'", money)))
                .singleElement()
                .asString()
                .startsWith("lines[0].unitPrice: ");
    }

    @Test
    void moneyIsExact() {
        String price = "0.1000000000000000055511151231257827";

        assertThat(read(SMALL.replace("'2.55'", price)).lines().get(0).unitPrice())
                .isEqualTo(new BigDecimal(price));
    }

    @ParameterizedTest
    @CsvSource({"1,1", "1.0,1", "1e2,100", "2147483647,2147483647"})
    void aQuantityIsAWholeNumberHoweverWritten(String written, int quantity) {
        assertThat(read(SMALL.replace("6,", written + ",")).lines().get(0).quantity())
                .isEqualTo(quantity);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1.5", "0.9999999999999999999999", "2147483648", "1e300", "'6'", "null"})
    void theseAreNotQuantities(String quantity) {
        assertThat(violations(SMALL.replace("6,", quantity + ",")))
                .singleElement()
                .asString()
                .startsWith("lines[0].quantity: ");
    }

    @ParameterizedTest
    @CsvSource({
        "2010-12-01T08:26:00Z, 2010-12-01T08:26:00Z",
        "2010-12-01T09:26:00+01:00, 2010-12-01T08:26:00Z",
        "2010-12-01T08:26:00.123456789Z, 2010-12-01T08:26:00.123456789Z",
        "2012-02-29T00:00:00-00:00, 2012-02-29T00:00:00Z"
    })
    void aMomentMayHaveAnyOffset(String written, Instant moment) {
        assertThat(read(SMALL.replace("{'orderId'", "{'placedAt':'" + written + "','orderId'"))
                        .placedAt())
                .isEqualTo(moment);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2010-12-01",
                "2010-12-01 08:26:00Z",
                "2010-12-01T08:26Z",
                "2010-12-01T08:26:00",
                "1291191960",
                "2011-02-29T00:00:00Z",
                "2010-12-01T25:00:00Z",
                "+12010-12-01T08:26:00Z",
                "2010-12-01T08:26:00Z\\n",
                "2010-12-01T08:26:00+99:00",
                ""
            })
    void theseAreNotMoments(String written) {
        assertThat(violations(SMALL.replace("{'orderId'", "{'placedAt':'" + written + "','orderId'")))
                .singleElement()
                .asString()
                .startsWith("placedAt: ");
    }

    @Test
    void theTotalMustBeTheSumToTheLastDigit() {
        String order = "{'orderId':'1','lines':[" + LINE + ",{'sku':'x','quantity':3,'unitPrice':0.1}],'total':%s}";

        assertThat(read(order.formatted("15.6")).total()).isEqualTo("15.6");
        assertThat(read(order.formatted("'15.600'")).total()).isEqualTo("15.600");
        assertThat(violations(order.formatted("15.60000000000000000001")))
                .containsExactly("total: 15.60000000000000000001; the sum of quantity times unitPrice is 15.60");
    }

    @Test
    void aThousandLinesAreAnOrderAndOneMoreIsNot() {
        assertThat(read("{'orderId':'1','lines':[" + (LINE + ',').repeat(999) + LINE + "]}")
                        .lines())
                .hasSize(1000);
        assertThat(violations("{'orderId':'1','lines':[" + (LINE + ',').repeat(1000) + LINE + "]}"))
                .containsExactly("lines: 1001 elements; 1 to 1000 order lines");
        assertThat(violations("{'orderId':'1','lines':[]}"))
                .containsExactly("lines: 0 elements; 1 to 1000 order lines");
    }

    @Test
    void thousandsOfViolationsAreCountedNotListed() {
        List<String> violations = violations("{'orderId':'1','lines':[" + "{},".repeat(999) + "{}]}");

        assertThat(violations).hasSize(101).last().isEqualTo("and 2900 more");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|empty message; send an order as JSON or XML",
                "'  '|empty message; send an order as JSON or XML",
                "[]|an array; a JSON object with orderId and lines",
                "null|null; a JSON object with orderId and lines",
                "{|cannot be read as JSON, line 1, column 2: Unexpected end-of-input: expected close marker for Object",
                "{} x|cannot be read as JSON, line 1, column 5: Unrecognized token",
                "{} {}|cannot be read as JSON, line 1, column 4: more text after the order; one order a message",
                "{\"a\":1,\"\\u0061\":2}|cannot be read as JSON, line 1, column 16: Duplicate field 'a'",
                "{\"x\":[{\"a\":1,\"a\":2}]}|cannot be read as JSON, line 1, column 17: Duplicate field 'a'",
                "{\"a\":NaN}|cannot be read as JSON, line 1, column 9: Non-standard token 'NaN'; JSON has none",
                "{\"a\":-Infinity}|cannot be read as JSON",
                "{\"a\":01}|cannot be read as JSON",
                "{'a':1}|cannot be read as JSON, line 1, column 2: Unexpected character",
                "{\"a\":1,}|cannot be read as JSON",
                "{/* */}|cannot be read as JSON",
                "{\"a\":1e999999999}|number 1E+999999999; at most 400 digits on each side of the point",
                "{\"a\":[1e-401]}|number 1E-401; at most 400 digits on each side of the point",
                "{\"a\":1e99999999999}|a number out of range; at most 400 digits on each side of the point"
            })
    void whatIsNotOneJsonObjectIsRefusedWithThePlace(String body, String problem) {
        InvalidOrderException e = refusal(body);

        assertThat(e.getMessage()).startsWith(problem);
        assertThat(e.violations()).hasSize(1);
    }

    @Test
    void aFaultIsFoundInItsLine() {
        assertThat(refusal("{\n  \"orderId\": \"1\",\n  \"lines\": [}\n}").getMessage())
                .startsWith("cannot be read as JSON, line 3, column 13: ");
    }

    @Test
    void aBodyHasAMegabyteInTextAndInBytes() {
        String filled = json(SMALL) + " ".repeat((1 << 20) - SMALL.length());
        String accented = "é".repeat(1 << 19) + "x";

        assertThat(reader.read(filled, null).orderId()).isEqualTo("536365");
        assertThat(reader.read(filled.getBytes(UTF_8), null).orderId()).isEqualTo("536365");
        for (Object body : List.of(filled + " ", (filled + " ").getBytes(UTF_8), accented)) {
            assertThat(refusal(body)).hasMessage("more than 1048576 bytes; an order has at most that many");
        }
    }

    @Test
    void stringsNamesNumbersAndDepthHaveLimits() {
        String order = "{'orderId':'1','lines':[" + LINE + "],'x':%s}";

        assertThat(read(order.formatted("'" + "a".repeat(65536) + "'"))).isNotNull();
        assertThat(read(order.formatted("[".repeat(63) + "]".repeat(63)))).isNotNull();
        assertThat(read(order.formatted("[1.7976931348623157e308,4.9e-324," + "9".repeat(400) + "]")))
                .isNotNull();
        for (String bad : List.of(
                "'" + "a".repeat(65537) + "'",
                "{'" + "a".repeat(65537) + "':1}",
                "[".repeat(64) + "]".repeat(64),
                "9".repeat(401),
                "0." + "9".repeat(401))) {
            assertThat(refusal(json(order.formatted(bad)))).hasMessageContaining("exceeds the maximum allowed (");
        }
    }

    @Test
    @Timeout(60)
    void aMegabyteMadeToHurtIsReadInBoundedTimeAndMemory() {
        String order = "{'orderId':'1','lines':[" + LINE + "],'x':[%s1]}";

        for (String hurt : List.of(
                "1e400,".repeat(174_000),
                ("9".repeat(395) + "e399,").repeat(2_600),
                ("[".repeat(60) + "]".repeat(60) + ",").repeat(8_600))) {
            assertThat(read(order.formatted(hurt)).orderId()).isEqualTo("1");
        }
        assertThat(violations("{'orderId':'1','lines':[" + "{},".repeat(340_000) + "{}]}"))
                .hasSize(1);
    }

    @Test
    void bytesMustBeUtf8() {
        byte[] overlong = json(SMALL).getBytes(UTF_8);
        overlong[12] = (byte) 0xC0;

        assertThat(refusal(overlong))
                .hasMessage("not UTF-8 text; send JSON in UTF-8, or XML that declares its encoding");
        assertThat(refusal(new byte[] {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'}))
                .hasMessage("not UTF-8 text; send JSON in UTF-8, or XML that declares its encoding");
        assertThat(refusal(json(SMALL).getBytes(UTF_16LE))).hasMessageStartingWith("cannot be read as JSON");
    }

    @Test
    void anyOtherMessageIsNamedAndNotOpened() {
        String advice = "; send a TextMessage or BytesMessage with JSON or XML";

        assertThat(refusal(new ActiveMQObjectMessage())).hasMessage("message type ObjectMessage" + advice);
        assertThat(refusal(new ActiveMQStreamMessage())).hasMessage("message type StreamMessage" + advice);
        assertThat(refusal(new ActiveMQMapMessage())).hasMessage("message type MapMessage" + advice);
        assertThat(refusal(Map.of("orderId", "1"))).hasMessage("message type MapMessage" + advice);
        assertThat(refusal(Duration.ZERO)).hasMessage("message type Duration" + advice);
        assertThatExceptionOfType(InvalidOrderException.class)
                .isThrownBy(() -> reader.read(null, null))
                .withMessage("empty message; send an order as JSON or XML");
    }

    @Test
    void noContentOfAnOrderCanForgeALogLine() {
        String forged = "\\n2026-11-25 INFO all is well\\u2028\\u202e\\u0085\\u001b[2J" + "x".repeat(500);

        for (String body : List.of(
                SMALL.replace("536365", forged),
                SMALL.replace("{'orderId'", "{'currency':'" + forged + "','orderId'"),
                "{'" + forged + "':1,'" + forged + "':1}",
                "tru" + "x\u202e".repeat(500))) {
            String message = refusal(json(body)).getMessage();

            assertThat(message).hasSizeLessThan(300).doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");
        }
    }

    @Test
    void whateverArrivesIsAnOrderOrInvalidAndNothingElse() {
        Random random = new Random(3);
        byte[] good = json("{'orderId':'536365','placedAt':'2010-12-01T08:26:00Z','lines':[" + LINE
                        + ",{'sku':'é\uD83D\uDE00','quantity':1e1,'unitPrice':0.10}],'total':'16.30','x':[null,{'y':-1e5}]}")
                .getBytes(UTF_8);
        byte[] alphabet = "{}[]\",:\\0123456789eE+-.tfnu\n\0é".getBytes(UTF_8);
        assertThat(reader.read(good, null)).isNotNull();

        int invalid = 0;
        for (int i = 0; i < 5_000; i++) {
            byte[] body = good.clone();
            for (int changes = random.nextInt(3); changes >= 0; changes--) {
                body[random.nextInt(body.length)] = alphabet[random.nextInt(alphabet.length)];
            }
            try {
                assertThat(reader.read(body, null).lines()).isNotEmpty();
            } catch (InvalidOrderException e) {
                assertThat(e.violations()).isNotEmpty();
                invalid++;
            }
        }
        assertThat(invalid).isBetween(2_500, 4_999);
    }

    private Order read(String withApostrophes) {
        return reader.read(json(withApostrophes), null);
    }

    private List<String> violations(String withApostrophes) {
        return refusal(json(withApostrophes)).violations().stream()
                .map(Violation::toString)
                .toList();
    }

    private InvalidOrderException refusal(Object body) {
        InvalidOrderException e = catchThrowableOfType(InvalidOrderException.class, () -> reader.read(body, null));
        assertThat(e).as("refusal").isNotNull();
        return e;
    }

    private static String json(String withApostrophes) {
        return withApostrophes.replace('\'', '"');
    }
}
