package ordersystem.reload;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.xml.stream.Location;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Takes a route file in XML apart, without DTD and entities. Used once. */
final class XmlReader {

    private static final Set<String> ROOTS = Set.of(
            "camel",
            "beans",
            "blueprint",
            "routes",
            "route",
            "rests",
            "rest",
            "routeConfigurations",
            "routeConfiguration",
            "routeTemplates",
            "routeTemplate",
            "templatedRoutes",
            "templatedRoute");
    private static final Set<String> GROUPS =
            Set.of("camel", "beans", "routes", "rests", "routeConfigurations", "routeTemplates", "templatedRoutes");
    private static final int MAX_DEPTH = 100;

    private final String file;
    private final String content;

    XmlReader(String file, String content) {
        this.file = file;
        this.content = content;
    }

    List<Node> read() throws RoutesRefusedException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        Node root;
        try {
            XMLStreamReader xml = factory.createXMLStreamReader(new StringReader(content));
            while (xml.next() != XMLStreamConstants.START_ELEMENT) {
                if (xml.getEventType() == XMLStreamConstants.DTD) {
                    throw refuse(Place.START, "a document type; route files have none");
                }
            }
            root = element(xml, 0);
            while (xml.hasNext()) {
                xml.next(); // what follows is no element, or no XML
            }
        } catch (XMLStreamException e) {
            Location at = e.getLocation();
            Place place = at == null
                    ? Place.START
                    : new Place(Math.max(1, at.getLineNumber()), Math.max(1, at.getColumnNumber()));
            String message = String.valueOf(e.getMessage()).replaceAll("(?s).*Message: ", "");
            throw refuse(place, "not XML: " + message);
        }
        if (!ROOTS.contains(root.key())) {
            throw refuse(root.keyAt(), "unknown element '" + root.key() + "'" + Spelling.didYouMean(root.key(), ROOTS));
        }
        List<Node> items = new ArrayList<>();
        flatten(root, items);
        return items;
    }

    private static void flatten(Node element, List<Node> items) {
        if (GROUPS.contains(element.key())) {
            element.parts().stream().filter(part -> !part.isText()).forEach(part -> flatten(part, items));
        } else {
            items.add(element);
        }
    }

    private Node element(XMLStreamReader xml, int depth) throws XMLStreamException, RoutesRefusedException {
        String name = xml.getLocalName();
        int end = Math.min(content.length(), Math.max(0, xml.getLocation().getCharacterOffset()));
        int begin = Math.max(
                0, content.lastIndexOf("<" + (xml.getPrefix().isEmpty() ? "" : xml.getPrefix() + ":") + name, end));
        Place at = Place.of(content, begin);
        if (depth > MAX_DEPTH) {
            throw refuse(at, "more than " + MAX_DEPTH + " levels deep");
        }
        List<Node> parts = new ArrayList<>();
        for (int i = 0; i < xml.getAttributeCount(); i++) {
            String attribute = xml.getAttributeLocalName(i);
            int from = content.indexOf(attribute + "=", begin);
            Place key = from < 0 ? at : Place.of(content, from);
            Place value = from < 0 ? at : key.right(attribute.length() + 2);
            parts.add(new Node(attribute, key, Node.Kind.TEXT, xml.getAttributeValue(i), value, List.of()));
        }
        StringBuilder text = new StringBuilder();
        while (xml.next() != XMLStreamConstants.END_ELEMENT) {
            if (xml.isStartElement()) {
                parts.add(element(xml, depth + 1));
            } else if (xml.isCharacters()) {
                text.append(xml.getText());
            }
        }
        if (parts.isEmpty()) {
            Place words = Place.of(content, Math.min(content.length(), content.indexOf('>', begin) + 1));
            return new Node(name, at, Node.Kind.TEXT, text.toString().strip(), words, List.of());
        }
        if (!text.toString().isBlank()) {
            // <simple resultType="int">…</simple>: as YAML has it
            Place words = Place.of(content, Math.min(content.length(), content.indexOf('>', begin) + 1));
            parts.add(new Node("expression", at, Node.Kind.TEXT, text.toString().strip(), words, List.of()));
        }
        return new Node(name, at, Node.Kind.MAP, null, at, List.copyOf(parts));
    }

    private RoutesRefusedException refuse(Place place, String message) {
        return Source.refusal(file, content, place, message);
    }
}
