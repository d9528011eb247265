package ordersystem.order;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigDecimal;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CanonicalFormTest {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    /** Wrong here means: no order stored so far is known again. A change of the form needs a new version in front. */
    @Test
    void theFormAndTheHashOfAnOrderNeverChange() throws Exception {
        String order = "{'total':'15.30','orderId':'536365','lines':[{'unitPrice':2.550,'sku':'85123A','quantity':6.0,"
                + "'note':'2.50'}],'placedAt':'2010-12-01T08:26:00Z','x':{'total':'1.0','b':[true,null,1E2],'a':-0.0}}";
        String form = json("{'lines':[{'note':'2.50','quantity':6,'sku':'85123A','unitPrice':2.55}],'orderId':'536365',"
                + "'placedAt':'2010-12-01T08:26:00Z','total':15.3,'x':{'a':0,'b':[true,null,100],'total':'1.0'}}");

        assertThat(form(order)).isEqualTo(form);
        assertThat(hash(order))
                .isEqualTo("v1:68b36b24dd1d0caccb39eb81b5c71fadeb3274b03c8d3c7aae3347c232ca6cf1")
                .isEqualTo("v1:"
                        + HexFormat.of()
                                .formatHex(MessageDigest.getInstance("SHA-256").digest(form.getBytes(UTF_8))));
    }

    /** The example of RFC 8785, section 3.2.3, and its numbers' exact values. */
    @Test
    void keysAndStringsAreAsInRfc8785() {
        assertThat(form("{'\\u20ac':'Euro Sign','\\r':'Carriage Return','\\ufb33':'Hebrew Letter Dalet With Dagesh',"
                        + "'1':'One','\\ud83d\\ude00':'Emoji: Grinning Face','\\u0080':'Control','\\u00f6':'Latin'}"))
                .isEqualTo(json("{'\\r':'Carriage Return','1':'One','\u0080':'Control','ö':'Latin','€':'Euro Sign',"
                        + "'😀':'Emoji: Grinning Face','\uFB33':'Hebrew Letter Dalet With Dagesh'}"));
        assertThat(form("['\\u20ac$\\u000F\\u000aA\\u0042\\u0022\\u005c\\\\\\'\\/\\b\\f\\t\\u001f\\u007f']"
                        .replace("\\'", "\\\"")))
                .isEqualTo("[\"€$\\u000f\\nAB\\\"\\\\\\\\\\\"/\\b\\f\\t\\u001f\u007f\"]");
    }

    @ParameterizedTest
    @CsvSource({
        "1.0,1",
        "1.50,1.5",
        "-0,0",
        "-0.0e5,0",
        "0e9,0",
        "1e3,1000",
        "1.2e-7,0.00000012",
        "100,100",
        "12345678901234567890,12345678901234567890",
        "9007199254740993,9007199254740993",
        "0.1000000000000000055511151231257827,0.1000000000000000055511151231257827"
    })
    void numbersArePlainAndExact(String written, String canonical) {
        assertThat(form("[" + written + "]")).isEqualTo("[" + canonical + "]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'total':'2.550'}|{'total':2.55}",
                "{'total':'007'}|{'total':7}",
                "{'lines':[{'unitPrice':'2.550'}]}|{'lines':[{'unitPrice':255e-2}]}",
                "{'x':1.0}|{'x':1}",
                "{'x':'\\u00e9'}|{'x':'é'}",
                "{ 'a' : 1 , 'b' : 2 }|{'b':2,'a':1}"
            })
    void theseSayTheSame(String one, String other) {
        assertThat(hash(one)).isEqualTo(hash(other));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'orderId':'1'}|{'orderId':'1','priority':'NORMAL'}",
                "{'x':'2.50'}|{'x':2.5}",
                "{'unitPrice':'2.50'}|{'unitPrice':2.5}",
                "{'x':{'total':'2.50'}}|{'x':{'total':2.5}}",
                "{'x':[{'unitPrice':'2.50'}]}|{'x':[{'unitPrice':2.5}]}",
                "{'lines':[{'total':'2.50'}]}|{'lines':[{'total':2.5}]}",
                "{'x':null}|{}",
                "{'x':'null'}|{'x':null}",
                "{'x':[]}|{'x':{}}",
                "{'x':[1,2]}|{'x':[2,1]}",
                "{'x':[1,2]}|{'x':[12]}",
                "{'x':[[1],2]}|{'x':[1,[2]]}",
                "{'x':'a','y':'b'}|{'x':'b','y':'a'}",
                "{'x':'\\ud800'}|{'x':'?'}",
                "{'x':'\\ud800'}|{'x':'\\ud801'}",
                "{'x':'\\ud800'}|{'x':'\\\\ud800'}",
                "{'x':'é'}|{'x':'e\\u0301'}",
                "{'placedAt':'2010-12-01T08:26:00Z'}|{'placedAt':'2010-12-01T09:26:00+01:00'}"
            })
    void theseDoNot(String one, String other) {
        assertThat(hash(one)).isNotEqualTo(hash(other));
    }

    @Test
    void formsLongerThanTheBufferAreWhole() {
        for (int length = 900; length < 1200; length++) {
            String order = "{'x':'" + "é".repeat(length) + "'}";

            assertThat(form(order)).isEqualTo(json(order));
        }
    }

    @Test
    void whatIsMoneyHereIsMoneyInTheSchema() throws Exception {
        JsonNode schema = MAPPER.readTree(CanonicalForm.class.getResourceAsStream(OrderSchema.RESOURCE));

        assertThat(moneyOf(schema.at("/properties"))).containsExactly("total");
        assertThat(moneyOf(schema.at("/$defs/line/properties"))).containsExactly("unitPrice");
    }

    private static TreeSet<String> moneyOf(JsonNode properties) {
        return properties.properties().stream()
                .filter(p -> p.getValue().path("$ref").asText().equals("#/$defs/money"))
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void keyOrderWhiteSpaceAndTrailingZerosDoNotCountAndEveryValueDoes() {
        Random random = new Random(1);
        for (int i = 0; i < 1_000; i++) {
            Map<String, Object> order = randomOrder(random);
            String hash = CanonicalForm.bodyHash(parse(written(order, "", random)));

            assertThat(CanonicalForm.bodyHash(parse(written(order, "", random))))
                    .isEqualTo(hash);

            String before = order.toString();
            changeOneValue(order, random);
            assertThat(CanonicalForm.bodyHash(parse(written(order, "", random))))
                    .as("%s%nchanged to%n%s", before, order)
                    .isNotEqualTo(hash);
        }
    }

    private static Map<String, Object> randomOrder(Random random) {
        List<Object> lines = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            Map<String, Object> line = randomObject(random, 1);
            line.put("quantity", BigDecimal.valueOf(random.nextInt(100)));
            line.put("unitPrice", randomNumber(random).abs());
            lines.add(line);
        }
        Map<String, Object> order = randomObject(random, 3);
        order.put("lines", lines);
        order.put("total", randomNumber(random).abs());
        return order;
    }

    private static Map<String, Object> randomObject(Random random, int depth) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = random.nextInt(5); i >= 0; i--) {
            object.put(randomText(random), randomValue(random, depth));
        }
        return object;
    }

    private static Object randomValue(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 5 : 3)) {
            case 0 -> randomText(random);
            case 1 -> randomNumber(random);
            case 2 -> random.nextBoolean();
            case 3 -> randomObject(random, depth - 1);
            default -> new ArrayList<>(List.of(randomValue(random, depth - 1), randomValue(random, depth - 1)));
        };
    }

    private static BigDecimal randomNumber(Random random) {
        return BigDecimal.valueOf(random.nextInt(20_001) - 10_000, random.nextInt(8) - 2);
    }

    private static String randomText(Random random) {
        String alphabet = "ab\"\\/\n\t\u0001éz€\uFB33";
        return random.ints(random.nextInt(6), 0, alphabet.length() + 1)
                .mapToObj(i -> i == alphabet.length() ? "\uD83D\uDE00" : alphabet.substring(i, i + 1))
                .collect(Collectors.joining());
    }

    /** The same value, written differently each time: order of keys, white space, zeros, and money as text or number. */
    private static String written(Object value, String path, Random random) {
        String space = List.of("", "", " ", "\r\n\t").get(random.nextInt(4));
        if (value instanceof Map<?, ?> object) {
            List<Map.Entry<?, ?>> entries = new ArrayList<>(object.entrySet());
            Collections.shuffle(entries, random);
            return entries.stream()
                    .map(e -> space
                            + quoted((String) e.getKey(), random)
                            + space
                            + ':'
                            + written(e.getValue(), path + '/' + e.getKey(), random))
                    .collect(Collectors.joining("," + space, "{", space + "}"));
        }
        if (value instanceof List<?> list) {
            return list.stream()
                    .map(v -> written(v, path + "[]", random))
                    .collect(Collectors.joining(space + "," + space, "[" + space, "]"));
        }
        if (value instanceof BigDecimal number) {
            BigDecimal padded = number.setScale(Math.max(number.scale(), 0) + random.nextInt(4));
            boolean money = path.equals("/total") || path.equals("/lines[]/unitPrice");
            return money && random.nextBoolean()
                    ? '"' + padded.toPlainString() + '"'
                    : random.nextBoolean() ? padded.toPlainString() : number.unscaledValue() + "E" + -number.scale();
        }
        return value instanceof String text ? quoted(text, random) : value.toString();
    }

    private static String quoted(String text, Random random) {
        return text.chars()
                .mapToObj(c -> c < 0x20 || c == '"' || c == '\\' || random.nextInt(8) == 0
                        ? String.format("\\u%04x", c)
                        : String.valueOf((char) c))
                .collect(Collectors.joining("", "\"", "\""));
    }

    @SuppressWarnings("unchecked")
    private static void changeOneValue(Object container, Random random) {
        if (container instanceof Map<?, ?>) {
            Map<String, Object> object = (Map<String, Object>) container;
            String key = List.copyOf(object.keySet()).get(random.nextInt(object.size()));
            object.computeIfPresent(key, (k, value) -> changed(value, random));
        } else {
            List<Object> list = (List<Object>) container;
            int i = random.nextInt(list.size());
            list.set(i, changed(list.get(i), random));
        }
    }

    private static Object changed(Object value, Random random) {
        if (value instanceof Map || value instanceof List) {
            changeOneValue(value, random);
            return value;
        }
        if (value instanceof BigDecimal number) {
            return number.add(number.ulp());
        }
        return value instanceof String text ? text + 'a' : !(boolean) value;
    }

    private static String form(String withApostrophes) {
        return new String(CanonicalForm.bytes(parse(json(withApostrophes))), UTF_8);
    }

    private static String hash(String withApostrophes) {
        return CanonicalForm.bodyHash(parse(json(withApostrophes)));
    }

    private static JsonNode parse(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(json, e);
        }
    }

    private static String json(String withApostrophes) {
        return withApostrophes.replace('\'', '"');
    }
}
