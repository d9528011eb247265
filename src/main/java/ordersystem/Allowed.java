package ordersystem;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
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

    /** Where a server listens. What it needs where others reach it is checked with the other settings. */
    static Allowed host() {
        return new Allowed(
                "a host name or an address of this machine, such as 127.0.0.1, ::1 or 0.0.0.0",
                value -> value.matches("[A-Za-z0-9._:%-]{1,255}"));
    }

    /** The scheme of the same protocol over TLS. */
    static String withTls(String scheme) {
        return scheme.equals("tcp") ? "ssl" : scheme + "+ssl";
    }

    /** Of the scheme, or of the one with TLS. No options: they are set by the program. */
    static Allowed connector(String scheme) {
        String withTls = withTls(scheme);
        return new Allowed(scheme + "://HOST:PORT or " + withTls + "://HOST:PORT", value -> {
            URI uri = URI.create(value);
            return (scheme.equals(uri.getScheme()) || withTls.equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getPort() > 0
                    && uri.getPort() <= 65535
                    && value.equals(uri.getScheme() + "://" + uri.getRawAuthority());
        });
    }

    static Allowed names() {
        return new Allowed(
                "host names with commas between them, or nothing",
                value -> value.isEmpty()
                        || split(value).stream().allMatch(name -> name.matches("[A-Za-z0-9._-]{1,253}")));
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

    static Set<String> readNames(String value) {
        return value.isEmpty() ? Set.of() : Set.copyOf(split(value));
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

    /** Whether only programs on this machine reach it. By its text: a name that has to be looked up may mean another address tomorrow. */
    static boolean isLoopback(String host) {
        return host.equals("localhost")
                || host.equals("::1")
                || host.equals("[::1]")
                || host.matches("127(\\.\\d{1,3}){3}");
    }
}
