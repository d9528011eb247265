package ordersystem;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the value of a setting may be. Also reads durations and sizes. Used by {@link Settings} only; immutable.
 *
 * @param words the same for people, as they stand in an error message
 * @param test returns false or throws IllegalArgumentException where a value is not allowed
 */
record Allowed(String words, Test test) {

    @FunctionalInterface
    interface Test {
        boolean accepts(String value);
    }

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,6})(B|KB|MB|GB|TB)");
    private static final List<String> SIZE_UNITS = List.of("B", "KB", "MB", "GB", "TB");

    private static final Allowed ANYTHING = new Allowed("any text", value -> true);

    static Allowed anything() {
        return ANYTHING;
    }

    static Allowed text(int most) {
        return new Allowed("1 to " + most + " characters", value -> !value.isEmpty() && value.length() <= most);
    }

    static Allowed integer(int least, int most) {
        return new Allowed("a whole number, " + least + " to " + most, value -> {
            int number = Integer.parseInt(value);
            return number >= least && number <= most;
        });
    }

    static Allowed duration(String least, String most) {
        return new Allowed("a duration, " + least + " to " + most, value -> {
            Duration duration = readDuration(value);
            return duration.compareTo(readDuration(least)) >= 0 && duration.compareTo(readDuration(most)) <= 0;
        });
    }

    static Allowed durations(int most, String least, String longest) {
        Allowed each = duration(least, longest);
        return new Allowed(
                "1 to " + most + " durations, " + least + " to " + longest + " each, such as 1s,10s", value -> {
                    List<String> parts = split(value);
                    return parts.size() <= most && parts.stream().allMatch(each.test::accepts);
                });
    }

    static Allowed size(String least, String most) {
        return new Allowed("a size, " + least + " to " + most, value -> {
            long bytes = readSize(value);
            return bytes >= readSize(least) && bytes <= readSize(most);
        });
    }

    static Allowed bool() {
        return oneOf("true", "false");
    }

    static Allowed oneOf(String... words) {
        return new Allowed(String.join(" or ", words), List.of(words)::contains);
    }

    static Allowed number(double least, double most) {
        return new Allowed("a number, " + least + " to " + most, value -> {
            double number = Double.parseDouble(value);
            return number >= least && number <= most;
        });
    }

    /** An address that only programs on this machine reach. Any other needs credentials, which a later version brings. */
    static Allowed loopbackHost() {
        return new Allowed(
                "127.0.0.1, localhost or ::1; other hosts need credentials, which come with a later version",
                Allowed::isLoopback);
    }

    static Allowed loopbackConnector(String scheme) {
        return new Allowed(
                scheme + "://127.0.0.1:PORT; other hosts need credentials, which come with a later version", value -> {
                    URI uri = URI.create(value);
                    return scheme.equals(uri.getScheme())
                            && uri.getHost() != null
                            && isLoopback(uri.getHost())
                            && uri.getPort() > 0
                            && uri.getPort() <= 65535;
                });
    }

    Allowed or(String word) {
        return new Allowed("'" + word + "', or " + words, value -> value.equals(word) || test.accepts(value));
    }

    boolean accepts(String value) {
        try {
            return test.accepts(value);
        } catch (IllegalArgumentException notReadable) {
            return false;
        }
    }

    static Duration readDuration(String value) {
        Matcher matcher = match(DURATION, value);
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }

    static List<Duration> readDurations(String value) {
        return split(value).stream().map(Allowed::readDuration).toList();
    }

    /** In bytes. */
    static long readSize(String value) {
        Matcher matcher = match(SIZE, value);
        return Long.parseLong(matcher.group(1)) << 10 * SIZE_UNITS.indexOf(matcher.group(2));
    }

    private static Matcher match(Pattern pattern, String value) {
        Matcher matcher = pattern.matcher(value);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(value);
        }
        return matcher;
    }

    private static List<String> split(String value) {
        return Stream.of(value.split(",", -1)).map(String::strip).toList();
    }

    // By its text: a name that has to be looked up may mean another address tomorrow.
    private static boolean isLoopback(String host) {
        return host.equals("localhost")
                || host.equals("::1")
                || host.equals("[::1]")
                || host.matches("127(\\.\\d{1,3}){3}");
    }
}
