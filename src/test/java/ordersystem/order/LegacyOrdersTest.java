package ordersystem.order;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSException;
import java.nio.charset.Charset;
import org.apache.activemq.command.ActiveMQMapMessage;
import org.apache.activemq.command.ActiveMQStreamMessage;
import org.junit.jupiter.api.Test;

/** What the route of legacy orders makes of the kinds of messages that old producers send. */
class LegacyOrdersTest {

    private static final String LINES = "[{\"sku\":\"a\",\"quantity\":2,\"unitPrice\":\"1.50\"}]";

    private final OrderReader reader = new OrderReader();
    private final LegacyOrders legacy = new LegacyOrders(reader, UTF_8);

    private static ActiveMQMapMessage map() throws JMSException {
        ActiveMQMapMessage map = new ActiveMQMapMessage();
        map.setString("orderId", "1");
        map.setString("lines", LINES);
        return map;
    }

    @Test
    void aMapIsTheSameOrderAsItsJson() throws JMSException {
        ActiveMQMapMessage map = map();
        map.setDouble("total", 3.1 - 0.1);
        map.setInt("branch", 7);
        map.setBoolean("gift", true);
        map.setChar("class", 'A');
        map.setString("customerId", null);

        Object json = legacy.translate(map);

        assertThat(reader.read(json, null))
                .isEqualTo(reader.read(
                        "{\"orderId\":\"1\",\"lines\":" + LINES
                                + ",\"total\":3.0,\"branch\":7,\"gift\":true,\"class\":\"A\"}",
                        null));
    }

    @Test
    void aFieldThatCannotBeIsNamed() throws JMSException {
        ActiveMQMapMessage bytes = map();
        bytes.setBytes("scan", new byte[3]);
        ActiveMQMapMessage lines = map();
        lines.setString("lines", "[{\"sku\":");
        ActiveMQMapMessage number = map();
        number.setDouble("total", Double.NaN);

        assertThatThrownBy(() -> legacy.translate(bytes)).hasMessage("scan: byte[]; text, a number, true or false");
        assertThatThrownBy(() -> legacy.translate(lines))
                .isInstanceOf(InvalidOrderException.class)
                .hasMessageStartingWith("lines: cannot be read as JSON, line 1, column 9: ")
                .hasMessageEndingWith("; a JSON array as text");
        assertThatThrownBy(() -> legacy.translate(number)).hasMessage("total: NaN; a number");
    }

    @Test
    void theTextOfLinesCannotSayAnythingElse() throws JMSException {
        ActiveMQMapMessage map = map();
        map.setString("lines", LINES + ",\"priority\":\"HIGH\"");

        assertThatThrownBy(() -> legacy.translate(map)).hasMessageStartingWith("lines: cannot be read as JSON");
    }

    @Test
    void bytesBecomeTextInTheEncodingOfTheQueueOrTheirOwn() throws JMSException {
        LegacyOrders latin = new LegacyOrders(reader, ISO_8859_1);
        byte[] declared = "<?xml version='1.0' encoding='UTF-8'?><order customer='Zoë'/>".getBytes(UTF_8);

        assertThat(latin.translate("{\"customerId\":\"Zoë\"}".getBytes(ISO_8859_1)))
                .isEqualTo("{\"customerId\":\"Zoë\"}");
        assertThat(latin.translate("<order customer='Zoë'/>".getBytes(ISO_8859_1)))
                .isEqualTo("<order customer='Zoë'/>");
        assertThat(latin.translate(declared)).isSameAs(declared);
        byte[] utf16 = "<order/>".getBytes(java.nio.charset.StandardCharsets.UTF_16);
        assertThat(latin.translate(utf16)).isSameAs(utf16);
        assertThat(new LegacyOrders(reader, Charset.forName("Cp037"))
                        .translate("{\"a\":1}".getBytes(Charset.forName("Cp037"))))
                .isEqualTo("{\"a\":1}");
        assertThatThrownBy(() -> legacy.translate("Zoë".getBytes(ISO_8859_1)))
                .isInstanceOf(InvalidOrderException.class)
                .hasMessage(
                        "bytes that are not text in UTF-8; declare their encoding: orders.legacy.encoding, or in the XML");
    }

    @Test
    void everythingElseIsLeftToTheIntake() throws JMSException {
        ActiveMQStreamMessage stream = new ActiveMQStreamMessage();

        assertThat(legacy.translate("{}")).isEqualTo("{}");
        assertThat(legacy.translate(stream)).isSameAs(stream);
        assertThat(legacy.translate(null)).isNull();
    }
}
