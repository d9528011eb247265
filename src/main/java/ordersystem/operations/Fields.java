package ordersystem.operations;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** One object of an answer, field by field as people read it. A field that is not there is a dash. */
record Fields(JsonNode object) {

    private static final String NONE = "-";

    String text(String name) {
        return given(name).orElse(NONE);
    }

    /** Empty where the field is missing, null or empty. */
    Optional<String> given(String name) {
        JsonNode field = object.path(name);
        if (field.isNull() || field.isMissingNode()) {
            return Optional.empty();
        }
        return Optional.of(field.isValueNode() ? field.asText() : field.toString())
                .filter(text -> !text.isEmpty());
    }

    /** Local time, to the second. */
    String time(String name) {
        return instant(name).map(Fields::local).orElseGet(() -> text(name));
    }

    Optional<Instant> instant(String name) {
        try {
            return given(name).map(Instant::parse);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    static String local(Instant instant) {
        return DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(
                instant.truncatedTo(ChronoUnit.SECONDS).atZone(ZoneId.systemDefault()));
    }

    Fields of(String name) {
        return new Fields(object.path(name));
    }

    /** The reason of a failure: what it says, then its class without the package, because the end may be cut. */
    String reason() {
        Fields reason = of("reason");
        String type = reason.text("type");
        String simple = type.substring(type.lastIndexOf('.') + 1);
        return reason.given("message")
                .map(message -> message + " (" + simple + ")")
                .orElse(simple);
    }

    /** Where a failure happened: its route and node. */
    String place() {
        Fields reason = of("reason");
        return reason.given("route").map(route -> route + "/").orElse("") + reason.text("node");
    }
}
