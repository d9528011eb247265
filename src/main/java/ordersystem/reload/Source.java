package ordersystem.reload;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One route file, read as text and taken apart. Immutable.
 *
 * @param file its name
 * @param content as text
 * @param bytes as they are loaded
 * @param items what stands in it at the top: each has the kind as its key ({@code route}, {@code rest}, {@code beans})
 */
record Source(String file, String content, byte[] bytes, List<Node> items) {

    /** What holds for all routes of a file, and for those only. */
    private static final Set<String> FOR_THE_FILE = Set.of(
            "onException", "errorHandler", "intercept", "interceptFrom", "interceptSendToEndpoint", "onCompletion");

    private static final Pattern CONFLICT = Pattern.compile("(?m)^(<{7}|={7}|>{7})( .*)?\r?$");

    /** @throws RoutesRefusedException where it is not YAML or XML of the right shape */
    static Source read(String file, byte[] bytes) throws RoutesRefusedException {
        String content = text(file, bytes);
        if (content.startsWith("\uFEFF")) {
            throw refusal(file, content, Place.START, "begins with a byte order mark; save it as UTF-8 without one");
        }
        Matcher conflict = CONFLICT.matcher(content);
        if (conflict.find()) {
            throw refusal(
                    file,
                    content,
                    Place.of(content, conflict.start()),
                    "a merge conflict that is not resolved; keep one of the two sides, and take the marks out");
        }
        if (content.isBlank()) {
            throw refusal(file, content, Place.START, "empty; to take its routes away, delete the file");
        }
        List<Node> items = file.endsWith(RouteFiles.XML)
                ? new XmlReader(file, content).read()
                : new YamlReader(file, content).read();
        return new Source(file, content, bytes, items);
    }

    private static String text(String file, byte[] bytes) throws RoutesRefusedException {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer text = CharBuffer.allocate(bytes.length);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CoderResult result = decoder.decode(in, text, true);
        text.flip();
        if (result.isError()) {
            String good = text.toString();
            throw refusal(
                    file,
                    good,
                    Place.of(good, good.length()),
                    "not UTF-8 from here on; save the file in that encoding");
        }
        return text.toString();
    }

    static RoutesRefusedException refusal(String file, String content, Place place, String message) {
        return new RoutesRefusedException(RouteError.of(file, content, place, message));
    }

    RouteError error(Place place, String message) {
        return RouteError.of(file, content, place, message);
    }

    Stream<Node> items(String kind) {
        return items.stream().filter(item -> item.key().equals(kind));
    }

    /** What changes the routes of this file without standing in them. */
    List<Object> forTheFile() {
        return items.stream()
                .filter(item -> FOR_THE_FILE.contains(item.key()))
                .<Object>map(item -> List.of(item.key(), item.meaning()))
                .toList();
    }

    static boolean isForTheFile(String kind) {
        return FOR_THE_FILE.contains(kind);
    }
}
