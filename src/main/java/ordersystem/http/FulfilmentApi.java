package ordersystem.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import ordersystem.brake.Fulfilment;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * The bean {@code fulfilmentApi}: the maintenance switch, for the operations API on the management port. Thread-safe.
 */
public final class FulfilmentApi {

    private static final int LONGEST_NAME = 100;
    private static final int LONGEST_REASON = 500;
    private static final JsonMapper JSON = new JsonMapper();

    private final Fulfilment fulfilment;

    public FulfilmentApi(Fulfilment fulfilment) {
        this.fulfilment = fulfilment;
    }

    /** Whether orders are worked off, since when, and who or what says so. */
    public void status(Exchange exchange) {
        Answer.json(200, fulfilment.status()).writeTo(exchange.getMessage());
    }

    /** Orders are taken in and none is worked off: {@code {"reason": "..."}}. */
    public void pause(Exchange exchange) {
        String reason = reason(exchange);
        if (reason == null) {
            throw new InvalidRequestException("reason", "why orders are not worked off: 1 to 500 characters");
        }
        fulfilment.pause(name(exchange), reason);
        status(exchange);
    }

    /** Orders are worked off again; a reason may be given. */
    public void resume(Exchange exchange) {
        fulfilment.resume(name(exchange), reason(exchange));
        status(exchange);
    }

    private static String name(Exchange exchange) {
        String operator = Request.who(exchange);
        if (operator.length() > LONGEST_NAME) {
            throw new InvalidRequestException(ApiHeaders.OPERATOR, "at most " + LONGEST_NAME + " characters");
        }
        return operator;
    }

    private static @Nullable String reason(Exchange exchange) {
        String body = exchange.getMessage().getBody(String.class);
        if (body == null || body.isBlank()) {
            return null;
        }
        JsonNode reason;
        try {
            reason = JSON.readTree(body).path("reason");
        } catch (JsonProcessingException e) {
            throw new InvalidRequestException("body", "a JSON object such as {\"reason\": \"stocktaking\"}");
        }
        if (reason.isMissingNode()) {
            return null;
        }
        if (!reason.isTextual() || reason.asText().isBlank() || reason.asText().length() > LONGEST_REASON) {
            throw new InvalidRequestException("reason", "a text of 1 to " + LONGEST_REASON + " characters");
        }
        return reason.asText();
    }
}
