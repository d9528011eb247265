package ordersystem.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrderXmlTest {

    private final OrderReader reader = new OrderReader();
    private final OrderXml xml = new OrderXml();

    @Test
    void theShippedExampleIsWrittenWithAllItsFields() throws IOException {
        Order order = reader.read(Files.readString(Path.of("examples/orders/order.json")), 4);

        assertThat(xml.write(order))
                .isEqualTo("<order id=\"536365\" customer=\"17850\" priority=\"NORMAL\" shipping=\"STANDARD\""
                        + " placedAt=\"2010-12-01T08:26:00Z\" currency=\"GBP\"><line sku=\"85123A\" quantity=\"6\""
                        + " unitPrice=\"2.55\">WHITE HANGING HEART T-LIGHT HOLDER</line><total>15.30</total></order>");
    }

    @Test
    void whatAnOrderDoesNotHaveIsNotThereAndTextCannotBecomeMarkup() {
        Order order = reader.read(
                "{\"orderId\":\"1\",\"customerId\":\"\\\"&<'\",\"lines\":[{\"sku\":\"\uD83D\uDC1F\",\"description\":\"]]></line>\","
                        + "\"quantity\":1,\"unitPrice\":1e3}]}",
                4);

        assertThat(xml.write(order))
                .isEqualTo(
                        "<order id=\"1\" customer=\"&quot;&amp;&lt;'\" priority=\"NORMAL\" shipping=\"STANDARD\"><line"
                                + " sku=\"\uD83D\uDC1F\" quantity=\"1\" unitPrice=\"1000\">]]&gt;&lt;/line&gt;</line></order>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\u0000", "\\u001f", "\\n", "\\ud800", "\\uffff"})
    void aCharacterThatXmlDoesNotCarryIsAPermanentFault(String escape) {
        Order order = reader.read(
                "{\"orderId\":\"1\",\"lines\":[{\"sku\":\"a" + escape + "\",\"quantity\":1,\"unitPrice\":1}]}", 4);

        assertThatThrownBy(() -> xml.write(order))
                .isInstanceOf(UnprocessableOrderException.class)
                .hasMessageStartingWith("sku: character U+");
    }
}
