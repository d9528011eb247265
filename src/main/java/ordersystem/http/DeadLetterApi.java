package ordersystem.http;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import ordersystem.ledger.Action.By;
import ordersystem.ledger.DeadLetterGroup;
import ordersystem.ledger.OrderRecord;
import ordersystem.ledger.Reason;
import ordersystem.ledger.RefusedException;
import ordersystem.ledger.Replay;
import ordersystem.ledger.Replays.Replayed;
import ordersystem.ledger.Selection;
import ordersystem.ledger.State;
import ordersystem.order.Content;
import ordersystem.waiting.Recovery;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.jspecify.annotations.Nullable;

/**
 * The bean {@code deadLetterApi}: the orders and messages that wait for a person, and what becomes of them, for the
 * management port. Thread-safe.
 */
public final class DeadLetterApi {

    /** Bytes of bodies in one answer; a page that would hold more ends early. */
    private static final int MAX_PAGE_BYTES = 4 << 20;

    private static final int DEFAULT_PER_SECOND = 50;
    private static final int MAX_PER_SECOND = 10_000;

    private final Recovery recovery;

    public DeadLetterApi(Recovery recovery) {
        this.recovery = recovery;
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

    record Groups(List<DeadLetterGroup> groups) {}

    record Replays(List<Replay> replays) {}

    record ReplayedPage(List<Replayed> orders, @Nullable String next) {}

    record DryRun(long chosen, boolean dryRun) {}

    record Discarded(long chosen, long discarded) {}

    record Restored(int restored) {}

    /** Lists them by id: query parameters limit (1 to 100, 20 where not given), after, and those of a selection. */
    public void list(Exchange exchange) {
        int limit = Request.limit(exchange);
        List<OrderRecord> rows = recovery.deadLetters(Request.query(exchange), limit, Request.text(exchange, "after"));
        Map<String, Optional<Content>> contents =
                recovery.contents(rows.stream().map(OrderRecord::orderId).toList(), MAX_PAGE_BYTES);
        List<DeadLetter> page = new ArrayList<>();
        for (OrderRecord row : rows.subList(0, contents.size())) {
            page.add(deadLetter(
                    row, contents.getOrDefault(row.orderId(), Optional.empty()).orElse(null)));
        }
        boolean last = rows.size() < limit && page.size() == rows.size();
        answer(exchange, new Page(page, last ? null : page.get(page.size() - 1).id()));
    }

    /** By kind of fault and place, the largest first. */
    public void groups(Exchange exchange) {
        answer(exchange, new Groups(recovery.groups(Request.limit(exchange))));
    }

    /** Begins a replay, or says how many it would send on. */
    public void replay(@Body byte[] body, Exchange exchange) {
        Request request = Request.of(body);
        if ("INVALID".equals(request.state())) {
            throw new InvalidRequestException(
                    "state", "FAILED, or nothing; a message that is no order is edited instead");
        }
        Selection selection = request.selection().ofOrders();
        int perSecond = request.perSecond() == null ? DEFAULT_PER_SECOND : request.perSecond();
        if (perSecond < 1 || perSecond > MAX_PER_SECOND) {
            throw new InvalidRequestException("perSecond", "a whole number from 1 to " + MAX_PER_SECOND);
        }
        if (request.isDryRun()) {
            answer(exchange, new DryRun(recovery.count(selection), true));
            return;
        }
        Replay replay = recovery.replay(selection, perSecond, request.by(exchange));
        Answer.json(202, replay)
                .with("Location", "/api/dead-letters/replays/" + replay.id())
                .writeTo(exchange.getMessage());
    }

    /** The latest replays. */
    public void replays(Exchange exchange) {
        answer(exchange, new Replays(recovery.replays(Request.limit(exchange))));
    }

    public void progress(@Header("id") String id, Exchange exchange) {
        answer(exchange, recovery.findReplay(id), "no replay has this id");
    }

    /** The orders of a replay and what became of each, by id. */
    public void replayed(@Header("id") String id, Exchange exchange) {
        int limit = Request.limit(exchange);
        List<Replayed> orders = recovery.replayed(id, limit, Request.text(exchange, "after"));
        answer(
                exchange,
                new ReplayedPage(
                        orders,
                        orders.size() < limit
                                ? null
                                : orders.get(orders.size() - 1).orderId()));
    }

    public void cancelReplay(@Header("id") String id, @Body byte[] body, Exchange exchange) {
        Optional<Replay> cancelled = recovery.cancelReplay(id, Request.of(body).by(exchange));
        if (cancelled.isEmpty() && recovery.findReplay(id).isPresent()) {
            Problem.plain(409, "Conflict", "this replay is over").answer().writeTo(exchange.getMessage());
            return;
        }
        answer(exchange, cancelled, "no replay has this id");
    }

    /** Gives up what is chosen, or says how many that would be. */
    public void discard(@Body byte[] body, Exchange exchange) {
        Request request = Request.of(body);
        Selection selection = request.selection();
        long chosen = recovery.count(selection);
        if (request.isDryRun()) {
            answer(exchange, new DryRun(chosen, true));
            return;
        }
        answer(exchange, new Discarded(chosen, recovery.discard(selection, request.byWithNote(exchange))));
    }

    /** Undoes a discard or a cancel, order by order. */
    public void restore(@Body byte[] body, Exchange exchange) {
        Request request = Request.of(body);
        By by = request.by(exchange);
        Set<String> ids = request.someIds();
        int restored = 0;
        for (String id : ids) {
            try {
                if (recovery.restore(id, by).isEmpty()) {
                    notRestored(exchange, 404, "Not Found", "nobody knows " + id, restored);
                    return;
                }
            } catch (RefusedException e) {
                notRestored(exchange, 409, "Conflict", e.getMessage(), restored);
                return;
            }
            restored++;
        }
        answer(exchange, new Restored(restored));
    }

    /** What came before it is done. */
    private static void notRestored(Exchange exchange, int status, String title, @Nullable String why, int restored) {
        Problem.plain(status, title, why + "; " + restored + " restored")
                .answer()
                .writeTo(exchange.getMessage());
    }

    private static DeadLetter deadLetter(OrderRecord row, @Nullable Content content) {
        Text text = content == null ? null : Text.of(content);
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
                text == null ? null : text.text(),
                text == null ? null : text.encoding());
    }

    private static void answer(Exchange exchange, Object value) {
        Answer.json(200, value).writeTo(exchange.getMessage());
    }

    static void answer(Exchange exchange, Optional<?> value, String unknown) {
        value.map(known -> Answer.json(200, known))
                .orElseGet(() -> Problem.plain(404, "Not Found", unknown).answer())
                .writeTo(exchange.getMessage());
    }
}
