package ordersystem.order;

import java.io.StringWriter;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;

/**
 * The bean {@code orderXml}: writes an order in the XML that legacy systems read. It has the fields of the order schema; what else
 * the order came with is left out. Thread-safe.
 *
 * <pre>{@code
 * <order id="536365" customer="17850" priority="NORMAL" shipping="STANDARD" placedAt="2010-12-01T08:26:00Z" currency="GBP">
 *   <line sku="85123A" quantity="6" unitPrice="2.55">WHITE HANGING HEART</line><total>15.30</total></order>
 * }</pre>
 */
public final class OrderXml {

    private final XMLOutputFactory factory = XMLOutputFactory.newDefaultFactory();

    /**
     * The order as one line of XML, without a declaration. Attributes and elements that the order has no value for are not there.
     *
     * @throws UnprocessableOrderException where a text holds a character that XML does not carry unchanged: a control character,
     *     a line break among them, or half of a pair
     */
    public String write(@Variable("order") @Nullable Order order) {
        if (order == null) {
            throw new IllegalArgumentException("orderXml: there is no order; give it ${variable.order}");
        }
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = factory.createXMLStreamWriter(text);
            xml.writeStartElement("order");
            attribute(xml, "id", order.orderId());
            attribute(xml, "customer", order.customerId());
            attribute(xml, "priority", order.priority());
            attribute(xml, "shipping", order.shipping());
            attribute(xml, "placedAt", order.placedAt());
            attribute(xml, "currency", order.currency());
            for (OrderLine line : order.lines()) {
                xml.writeStartElement("line");
                attribute(xml, "sku", line.sku());
                attribute(xml, "quantity", line.quantity());
                attribute(xml, "unitPrice", line.unitPrice().toPlainString());
                if (line.description() != null) {
                    xml.writeCharacters(fit("description", line.description()));
                }
                xml.writeEndElement();
            }
            if (order.total() != null) {
                xml.writeStartElement("total");
                xml.writeCharacters(order.total().toPlainString());
                xml.writeEndElement();
            }
            xml.writeEndElement();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("order " + order.orderId() + " as XML: " + e.getMessage(), e);
        }
        return text.toString();
    }

    private static void attribute(XMLStreamWriter xml, String name, @Nullable Object value) throws XMLStreamException {
        if (value != null) {
            xml.writeAttribute(name, fit(name, value.toString()));
        }
    }

    private static String fit(String field, String text) {
        for (int i = 0; i < text.length(); i = text.offsetByCodePoints(i, 1)) {
            int c = text.codePointAt(i);
            if (c < 0x20 || c == 0xFFFE || c == 0xFFFF || c >= 0xD800 && c <= 0xDFFF) {
                throw new UnprocessableOrderException(
                        String.format("%s: character U+%04X; XML does not carry it unchanged", field, c));
            }
        }
        return text;
    }
}
