package ordersystem.reload;

/**
 * Why route files are not taken, in words that tell what to do.
 *
 * @param file name without folder; empty where it is about the folder
 * @param line from 1 on; 0 where it is about the file as a whole
 * @param column from 1 on; 0 likewise
 * @param text the offending line, without blanks around it; empty where there is none
 * @param message what was found and what was expected, with the nearest correct name
 */
public record RouteError(String file, int line, int column, String text, String message) {

    private static final int LONGEST_TEXT = 200;

    static RouteError of(String file, String content, Place place, String message) {
        String text = place.line() == 0
                ? ""
                : content.lines()
                        .skip(place.line() - 1L)
                        .findFirst()
                        .map(String::strip)
                        .orElse("");
        return new RouteError(
                file,
                place.line(),
                place.column(),
                text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) + "…" : text,
                message.replaceAll("\\s+", " ").strip());
    }

    static RouteError ofFile(String file, String message) {
        return of(file, "", Place.NOWHERE, message);
    }

    /** One line, as compilers write it: {@code file:line:column: message}. */
    @Override
    public String toString() {
        String place = line == 0 ? "" : ":" + line + ":" + column;
        return (file.isEmpty() ? "routes" : file) + place + ": " + message;
    }
}
