package ordersystem.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import ordersystem.ledger.Ledger;
import ordersystem.ledger.OrderRecord;
import ordersystem.ledger.Reason;
import ordersystem.ledger.State;
import ordersystem.order.Content;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.jspecify.annotations.Nullable;

/**
 * The bean {@code deadLetters}: the orders and messages that wait for a person, for the operations API on the management
 * port. Thread-safe.
 */
public final class DeadLetters {
    static final int MAX_LIMIT = 100;
    private static final int DEFAULT_LIMIT = 20;
    /** Bytes of bodies in one answer; a page that would hold more ends early. */
    private static final int MAX_PAGE_BYTES = 4 << 20;

    private static final Set<State> DEAD = Set.of(State.FAILED, State.INVALID);

    private final Ledger ledger;

    public DeadLetters(Ledger ledger) {
        this.ledger = ledger;
    }

    /**
     * One dead letter.
     *
     * @param id the order id, or the message id of a message that is not an order
     * @param body as received; null where it went on while the page was made
     * @param bodyEncoding utf-8, or base64 where the bytes are not UTF-8
     */
    record DeadLetter(
            String id,
            State state,
            @Nullable String lane,
            int attempts,
            @Nullable Reason reason,
            Instant receivedAt,
            @Nullable Instant firstFailedAt,
            @Nullable Instant lastFailedAt,
            Instant updatedAt,
            @Nullable Map<String, String> headers,
            @Nullable String body,
            @Nullable String bodyEncoding) {}

    /**
     * A page.
     *
     * @param next what to give as {@code after} for the next page; null on the last one
     */
    record Page(List<DeadLetter> deadLetters, @Nullable String next) {}

    /**
     * Lists them by id.
     *
     * @param limit 1 to 100; 20 where not given
     * @param after where the last page ended
     */
    public void list(
            @Header("limit") @Nullable String limit, @Header("after") @Nullable String after, Exchange exchange) {
        int atMost = limit(limit);
        List<OrderRecord> rows = ledger.list(DEAD, atMost, after);
        List<DeadLetter> page = new ArrayList<>();
        long bytes = 0;
        for (OrderRecord row : rows) {
            Content content = ledger.content(row.orderId()).orElse(null);
            bytes += content == null ? 0 : content.body().length;
            if (bytes > MAX_PAGE_BYTES && !page.isEmpty()) {
                break;
            }
            page.add(deadLetter(row, content));
        }
        boolean last = rows.size() < atMost && page.size() == rows.size();
        Answer.json(200, new Page(page, last ? null : page.get(page.size() - 1).id()))
                .writeTo(exchange.getMessage());
    }

    private static DeadLetter deadLetter(OrderRecord row, @Nullable Content content) {
        String text = content == null || content.type() == Content.Type.OTHER ? null : text(content.body());
        String encoding = content == null ? null : text != null ? "utf-8" : "base64";
        String body =
                content == null || text != null ? text : Base64.getEncoder().encodeToString(content.body());
        return new DeadLetter(
                row.orderId(),
                row.state(),
                row.lane() == null ? null : row.lane().name(),
                row.attempts(),
                row.reason(),
                row.receivedAt(),
                row.firstFailedAt(),
                row.lastFailedAt(),
                row.updatedAt(),
                content == null ? null : content.headers(),
                body,
                encoding);
    }

    private static @Nullable String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private static int limit(@Nullable String given) {
        if (given == null) {
            return DEFAULT_LIMIT;
        }
        if (given.matches("[1-9][0-9]{0,2}") && Integer.parseInt(given) <= MAX_LIMIT) {
            return Integer.parseInt(given);
        }
        throw new InvalidRequestException("limit", "a whole number from 1 to " + MAX_LIMIT);
    }
}
