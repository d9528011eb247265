package ordersystem.order;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xml.sax.SAXException;

/** Orders in XML: the same order as in JSON, the same checks, and nothing of XML that could do harm. */
class XmlOrdersTest {

    private static final String LINE = "<line sku='85123A' quantity='6' unitPrice='2.55'>WHITE HANGING HEART</line>";

    private final OrderReader reader = new OrderReader();
    private final OrderXml xml = new OrderXml();

    private static Schema xsd() throws SAXException {
        return SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
                .newSchema(Path.of("docs/order.xsd").toFile());
    }

    private List<String> problems(Object body) {
        return catchThrowableOfType(InvalidOrderException.class, () -> reader.read(body, null)).violations().stream()
                .map(Object::toString)
                .toList();
    }

    @Test
    void theShippedExampleIsTheSameOrderInXml() throws IOException {
        String json = Files.readString(Path.of("examples/orders/order.json"));
        Order order = reader.read(json, 4);

        assertThat(reader.read(xml.write(order), 4)).isEqualTo(order);
    }

    /** Through XML and back; a description with blanks around, with line breaks, or none. */
    @Test
    void everyRealOrderIsTheSameInXmlButForWhatXmlDoesNotHave() throws Exception {
        ObjectMapper json = new ObjectMapper();
        int same = 0;
        for (String text : OnlineRetail.orders()) {
            var tree = (com.fasterxml.jackson.databind.node.ObjectNode) json.readTree(text);
            tree.remove("country");
            if (!isOrder(tree.toString())) {
                continue; // a return
            }
            Order order = reader.read(tree.toString(), null);
            String written = xml.write(order);
            xsd().newValidator().validate(new StreamSource(new StringReader(written)));
            assertThat(reader.read(written, null).lines()).as(text).isEqualTo(order.lines());
            same += reader.read(written, null).equals(order) ? 1 : 0;
        }
        assertThat(same).isGreaterThan(900);
    }

    private boolean isOrder(String json) {
        try {
            reader.read(json, null);
            return true;
        } catch (InvalidOrderException e) {
            return false;
        }
    }

    @Test
    void whatTheSchemaDoesNotNameIsKept() throws IOException {
        String order = """
                <?xml version="1.0"?>
                <!-- of the old system -->
                <o:order xmlns:o="urn:old" id="1" customer="7" branch="LEEDS">
                  <line sku="a" quantity=" 2 " unitPrice=" 1.50 " bin="4">
                    A <![CDATA[& B]]>
                    <lot>77</lot>
                  </line>
                  <line sku="b" quantity="1" unitPrice="0"/>
                  <total>
                    3.00
                  </total>
                  <note>leave at the door</note>
                  <gift><card text="x"/><card text="y"/>wrapped</gift>
                </o:order>
                """;

        assertThat(new ObjectMapper().readTree(reader.json(order).toString()))
                .isEqualTo(new ObjectMapper().readTree("""
                {"branch":"LEEDS","orderId":"1","customerId":"7","total":"3.00","note":"leave at the door",
                 "gift":{"card":[{"text":"x"},{"text":"y"}],"text":"wrapped"},
                 "lines":[{"sku":"a","quantity":2,"unitPrice":"1.50","bin":"4","lot":"77","description":"\\n    A & B\\n    \\n  "},
                          {"sku":"b","quantity":1,"unitPrice":"0"}]}"""));
        assertThat(reader.read(order, null)).isEqualTo(reader.read(reader.json(order), null));
    }

    @Test
    void jsonStaysAsItIs() {
        byte[] bytes = {'{', '}'};

        assertThat(reader.json(" {\"a\": 1}")).isEqualTo(" {\"a\": 1}");
        assertThat(reader.json(bytes)).isSameAs(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "ISO-8859-1", "windows-1252", "UTF-16", "UTF-16LE", "UTF-16BE", "Cp037"})
    void bytesAreReadInTheEncodingThatTheyDeclare(String encoding) {
        String order =
                "<?xml version='1.0' encoding='" + encoding + "'?><order id='1' customer='Zoë'>" + LINE + "</order>";

        assertThat(reader.read(order.getBytes(Charset.forName(encoding)), null).customerId())
                .isEqualTo("Zoë");
        assertThat(reader.read(order, null).customerId())
                .as("text is decoded already")
                .isEqualTo("Zoë");
    }

    @Test
    void marksInFrontAreSkippedAndAWrongEncodingIsSaid() {
        String order = "<order id='1' customer='Zoë'>" + LINE + "</order>";

        assertThat(reader.read("\uFEFF" + order, null).customerId()).isEqualTo("Zoë");
        assertThat(reader.read(("\uFEFF" + order).getBytes(UTF_8), null).customerId())
                .isEqualTo("Zoë");
        assertThat(reader.read(order.getBytes(UTF_16), null).customerId()).isEqualTo("Zoë");
        assertThat(problems(order.getBytes(ISO_8859_1)))
                .singleElement()
                .asString()
                .startsWith("cannot be read as XML");
        assertThat(problems("{}".getBytes(UTF_16LE))).singleElement().asString().startsWith("cannot be read as JSON");
    }

    @Test
    void theViolationsAreTheSameAsInJson() {
        assertThat(problems("<order customer='1' priority='URGENT'><line sku='a' quantity='0' unitPrice='2,55'/>"
                        + "<line quantity='two' unitPrice='1'/><total>x</total></order>"))
                .containsExactlyInAnyOrder(
                        "orderId: missing; 1 to 64 of [A-Za-z0-9._-]",
                        "priority: \"URGENT\"; HIGH or NORMAL",
                        "lines[0].quantity: 0; a whole number from 1 to 2147483647",
                        "lines[0].unitPrice: \"2,55\"; a plain decimal of 0 or more and below 1000000000000000, as a string such as"
                                + " \"2.55\" or as a number",
                        "lines[1].sku: missing; a string of 1 to 65536 characters",
                        "lines[1].quantity: \"two\"; a whole number from 1 to 2147483647",
                        "total: \"x\"; a plain decimal of 0 or more and below 1000000000000000, as a string such as \"2.55\" or as"
                                + " a number");
        assertThat(problems("<order id='1'><line sku='a' quantity='1' unitPrice='1'/><total>2</total></order>"))
                .containsExactly("total: \"2\"; the sum of quantity times unitPrice is 1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "<order id='1'|cannot be read as XML, line 1, column 14: ",
                "<order id='1' id='2'/>|cannot be read as XML, line 1, column ",
                "<order></order><order/>|cannot be read as XML, line 1, column ",
                "<orders/>|the XML is \"<orders>\"; send an <order>",
                "<order id='1' orderId='2'/>|\"orderId\" is there twice",
                "<order id='1'>x</order>|text between the elements of the order: \"x\"",
                "<order id='1'><total a='1'/></order>|total: it has attributes; only text",
                "<order id='1'><total><a/></total></order>|total: it has elements; only text",
                "<order id='1'><total>1</total><total>1</total></order>|\"total\" is there twice",
                "<order id='1'>&nbsp;</order>|cannot be read as XML, line 1, column ",
                "<!DOCTYPE order><order id='1'/>|XML with a DOCTYPE; leave it out",
            })
    void whatIsNoOrderIsSaidInOneLine(String order, String start) {
        assertThat(problems(order)).singleElement().asString().startsWith(start).doesNotContain("\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!DOCTYPE order [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><order id='1' customer='&x;'/>",
                "<!DOCTYPE order [<!ENTITY x SYSTEM 'http://127.0.0.1:9/'>]><order id='1'><note>&x;</note></order>",
                "<!DOCTYPE order SYSTEM 'http://127.0.0.1:9/o.dtd'><order id='1'/>",
                "<!DOCTYPE order [<!ENTITY % x SYSTEM 'file:///etc/passwd'> %x;]><order id='1'/>",
                "<!DOCTYPE o [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>]><order id='&b;'/>"
            })
    @Timeout(5)
    void noEntityIsEverLookedUp(String order) {
        assertThat(problems(order)).containsExactly("XML with a DOCTYPE; leave it out");
        assertThat(problems(order.getBytes(UTF_8))).containsExactly("XML with a DOCTYPE; leave it out");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!DOCTYPE order [\uD83D\uDE00]><order id='1'/>",
                "<!DOCTYPE order [<!ENTITY a 'a'>x\uD83D\uDE00",
                "<!DOCTYPE order [\u0001]><order id='1'/>"
            })
    void aDoctypeThatCannotBeReadIsADoctypeOrNoXml(String order) {
        assertThat(problems(order))
                .singleElement()
                .asString()
                .matches("XML with a DOCTYPE; leave it out|cannot be read as XML.*");
    }

    @Test
    @Timeout(10)
    void depthLengthAndSizeHaveTheSameLimits() {
        assertThat(problems("<order id='1'>" + "<a>".repeat(100_000))).containsExactly("elements more than 64 deep");
        assertThat(problems("<order id='1'><a>" + "x".repeat(65_537) + "</a></order>"))
                .containsExactly("a text of 65537 characters; at most 65536");
        assertThat(problems("<order id='1'>" + " ".repeat(1 << 20)))
                .containsExactly("more than 1048576 bytes; an order has at most that many");
        assertThat(problems("<order id='1'>" + LINE.repeat(1_001) + "</order>"))
                .containsExactly("lines: 1001 elements; 1 to 1000 order lines");
        StringBuilder attributes = new StringBuilder("<order id='1'");
        for (int i = 0; i < 60_000; i++) {
            attributes.append(" a").append(i).append("='1'");
        }
        assertThatThrownBy(() -> reader.read(attributes + "/>", null)).isInstanceOf(InvalidOrderException.class);
    }
}
