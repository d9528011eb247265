package ordersystem.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import ordersystem.ledger.Action.By;
import ordersystem.ledger.Selection;
import ordersystem.ledger.State;
import org.apache.camel.Exchange;
import org.apache.camel.util.TimeUtils;
import org.jspecify.annotations.Nullable;

/**
 * What the body of a request to the management API may say; everything is optional until it is asked for.
 *
 * @param olderThan a duration such as 90m or 1h: last failed longer ago than that
 * @param all has to be said where nothing else chooses
 */
record Request(
        @Nullable List<String> ids,
        @Nullable String state,
        @Nullable String lane,
        @Nullable String reasonType,
        @Nullable String reasonNode,
        @Nullable String text,
        @Nullable String olderThan,
        @Nullable Boolean all,
        @Nullable Integer perSecond,
        @Nullable Boolean dryRun,
        @Nullable String note) {

    private static final int MAX_LIMIT = 100;
    private static final int DEFAULT_LIMIT = 20;
    private static final int MAX_IDS = 1_000;
    private static final int MAX_NOTE = 4_000;
    private static final String FIELDS =
            "ids, state, lane, reasonType, reasonNode, text, olderThan, all, perSecond, dryRun, note";

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    static Request of(byte[] body) {
        try {
            Request request = JSON.readValue(body, Request.class);
            if (request == null) {
                throw new InvalidRequestException("body", "a JSON object, such as {}");
            }
            return request;
        } catch (UnrecognizedPropertyException e) {
            throw new InvalidRequestException(e.getPropertyName(), "one of " + FIELDS);
        } catch (JsonProcessingException e) {
            throw new InvalidRequestException("body", "a JSON object with any of " + FIELDS);
        } catch (IOException e) {
            throw new IllegalStateException("bytes that cannot be read", e);
        }
    }

    /** What the query parameters choose; all where they say nothing. */
    static Selection query(Exchange exchange) {
        return new Request(
                        null,
                        text(exchange, "state"),
                        text(exchange, "lane"),
                        text(exchange, "reasonType"),
                        text(exchange, "reasonNode"),
                        text(exchange, "text"),
                        text(exchange, "olderThan"),
                        true,
                        null,
                        null,
                        null)
                .selection();
    }

    static @Nullable String text(Exchange exchange, String name) {
        return exchange.getMessage().getHeader(name, String.class);
    }

    static int limit(Exchange exchange) {
        String given = text(exchange, "limit");
        if (given == null) {
            return DEFAULT_LIMIT;
        }
        if (given.matches("[1-9][0-9]{0,2}") && Integer.parseInt(given) <= MAX_LIMIT) {
            return Integer.parseInt(given);
        }
        throw new InvalidRequestException("limit", "a whole number from 1 to " + MAX_LIMIT);
    }

    /** Which dead letters are meant. */
    Selection selection() {
        boolean chooses = ids != null
                || state != null
                || lane != null
                || reasonType != null
                || reasonNode != null
                || text != null
                || olderThan != null;
        requireText("lane", lane);
        requireText("reasonType", reasonType);
        requireText("text", text);
        if (!chooses && !Boolean.TRUE.equals(all)) {
            throw new InvalidRequestException("all", "true, where nothing else chooses");
        }
        return new Selection(
                ids == null ? List.of() : List.copyOf(someIds()),
                states(),
                lane,
                reasonType,
                reasonNode,
                text,
                olderThan == null ? null : Instant.now().minusMillis(millis(olderThan)));
    }

    /** An empty text would choose everything. */
    private static void requireText(String field, @Nullable String value) {
        if (value != null && value.isEmpty()) {
            throw new InvalidRequestException(field, "not empty, or left out");
        }
    }

    Set<String> someIds() {
        if (ids == null || ids.isEmpty() || ids.size() > MAX_IDS || ids.contains(null)) {
            throw new InvalidRequestException("ids", "1 to " + MAX_IDS + " ids");
        }
        return new LinkedHashSet<>(ids);
    }

    boolean isDryRun() {
        return Boolean.TRUE.equals(dryRun);
    }

    /** Who acts: header X-Operator; and the note. */
    By by(Exchange exchange) {
        return by(exchange, note);
    }

    static By by(Exchange exchange, @Nullable String note) {
        if (note != null && note.length() > MAX_NOTE) {
            throw new InvalidRequestException("note", "at most " + MAX_NOTE + " characters");
        }
        return new By(who(exchange), note);
    }

    /** As the header X-Operator says; not checked. */
    static String who(Exchange exchange) {
        String who = text(exchange, ApiHeaders.OPERATOR);
        return who == null || who.isBlank() ? "unknown" : who.strip();
    }

    By byWithNote(Exchange exchange) {
        if (note == null || note.isBlank()) {
            throw new InvalidRequestException("note", "why; it is kept with the order");
        }
        return by(exchange);
    }

    private Set<State> states() {
        if (state == null) {
            return Selection.ALL.states();
        }
        return switch (state) {
            case "FAILED" -> Set.of(State.FAILED);
            case "INVALID" -> Set.of(State.INVALID);
            default -> throw new InvalidRequestException("state", "FAILED or INVALID");
        };
    }

    private static long millis(String duration) {
        if (!duration.matches("(\\d{1,9}(ms|[smhd]))+")) {
            throw new InvalidRequestException("olderThan", "a whole number and a unit: 20ms, 1s, 10m, 2h, 7d");
        }
        return TimeUtils.toMilliSeconds(duration);
    }
}
