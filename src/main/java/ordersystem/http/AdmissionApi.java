package ordersystem.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import ordersystem.admission.AdmissionControl;
import ordersystem.admission.Mode;
import ordersystem.waiting.AdmissionWatch;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** The bean {@code admissionApi}: how normal orders are admitted, for the operations API on the management port. Thread-safe. */
public final class AdmissionApi {

    private static final JsonMapper JSON = new JsonMapper();

    private final AdmissionWatch watch;

    public AdmissionApi(AdmissionWatch watch) {
        this.watch = watch;
    }

    /**
     * How it stands.
     *
     * @param probability in force
     * @param by who set the mode, and since when; null where it is the configured one
     */
    record Status(
            String mode,
            double probability,
            @Nullable String by,
            @Nullable Instant since,
            double delaySeconds,
            double ratePerSecond) {}

    public void status(Exchange exchange) {
        AdmissionControl now = watch.control();
        Answer.json(
                        200,
                        new Status(
                                now.mode().name(),
                                now.probability(),
                                now.by(),
                                now.since(),
                                now.normal().delay(),
                                now.normal().rate()))
                .writeTo(exchange.getMessage());
    }

    /** {@code {"mode": "auto"}}, {@code "off"}, or {@code "fixed"} with a {@code "probability"}; for all instances. */
    public void set(@Body String body, Exchange exchange) {
        JsonNode request;
        try {
            request = JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new InvalidRequestException(
                    "body", "a JSON object such as {\"mode\": \"fixed\", \"probability\": 0.3}");
        }
        String given = request.path("mode").asText();
        Mode mode = Arrays.stream(Mode.values())
                .filter(one -> one.name().equals(given.toUpperCase(Locale.ROOT)))
                .findAny()
                .orElseThrow(() -> new InvalidRequestException("mode", "auto, fixed or off"));
        JsonNode probability = request.path("probability");
        if (mode == Mode.FIXED
                && !(probability.isNumber() && probability.asDouble() >= 0 && probability.asDouble() <= 1)) {
            throw new InvalidRequestException("probability", "a number, 0 to 1: how likely a normal order is deferred");
        }
        watch.set(mode, mode == Mode.FIXED ? probability.asDouble() : null, Request.who(exchange));
        status(exchange);
    }
}
