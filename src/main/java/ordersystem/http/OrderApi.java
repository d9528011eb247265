package ordersystem.http;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Supplier;
import ordersystem.broker.Door;
import ordersystem.broker.Receipt;
import ordersystem.broker.Receipt.Verdict;
import ordersystem.broker.Submission;
import ordersystem.ledger.Ledger;
import ordersystem.ledger.OrderRecord;
import ordersystem.ledger.Reason;
import ordersystem.ledger.State;
import ordersystem.order.InvalidOrderException;
import ordersystem.order.OrderReader;
import ordersystem.order.Trace;
import ordersystem.waiting.Explanation;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.jspecify.annotations.Nullable;

/** The bean {@code orderApi}: makes the answers of the public API. Called by HTTP worker threads; thread-safe. */
public final class OrderApi {

    /** Lines of one batch; one transaction holds them all. */
    public static final int MAX_BATCH_LINES = 1000;

    private static final int NOT_YET_READ_RETRY_SECONDS = 1;

    private final OrderReader reader;
    private final Door door;
    private final Ledger ledger;
    private final Supplier<OptionalLong> arriving;

    /**
     * Makes the bean.
     *
     * @param arriving how many messages wait in {@code orders.incoming}; empty where the broker cannot be asked
     */
    public OrderApi(OrderReader reader, Door door, Ledger ledger, Supplier<OptionalLong> arriving) {
        this.reader = reader;
        this.door = door;
        this.ledger = ledger;
        this.arriving = arriving;
    }

    record Accepted(String orderId, String lane, State status) {
        Accepted(Receipt receipt) {
            this(receipt.orderId(), receipt.lane().name(), State.RECEIVED);
        }
    }

    /** What became of one order. */
    public void receipt(@Body Receipt receipt, Exchange exchange) {
        Answer answer = receipt.verdict() == Verdict.ACCEPTED
                ? Answer.json(202, new Accepted(receipt)).with("Location", "/api/orders/" + receipt.orderId())
                : Problem.of(receipt).answer();
        answer.writeTo(exchange.getMessage());
    }

    /**
     * The verdict on one line of a batch.
     *
     * @param line counted from 1, blank ones too
     * @param orderId null where the line is not an order
     * @param status 202, 400 or 409
     */
    record Line(
            int line,
            @Nullable String orderId,
            @Nullable String lane,
            int status,
            @Nullable Problem problem) {}

    record Batch(int accepted, int refused, List<Line> lines) {}

    /**
     * Takes in the orders of a newline-delimited JSON body, all good ones in one commit. A line that is not an order does
     * not hold up the others; a door that is shut refuses the batch as a whole.
     */
    public void batch(@Body byte[] body, Exchange exchange) {
        List<byte[]> texts = Lines.of(body);
        if (texts.size() > MAX_BATCH_LINES) {
            Problem.plain(413, "Content Too Large", texts.size() + " lines; at most " + MAX_BATCH_LINES)
                    .answer()
                    .writeTo(exchange.getMessage());
            return;
        }
        Line[] lines = new Line[texts.size()];
        Trace trace = Trace.of(
                exchange.getMessage().getHeader(Trace.PARENT),
                exchange.getMessage().getHeader(Trace.STATE));
        String sender = exchange.getMessage().getHeader(ApiHeaders.SENDER, String.class);
        List<Submission> submissions = new ArrayList<>();
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            if (Lines.isBlank(texts.get(i))) {
                continue;
            }
            try {
                byte[] json = (byte[]) reader.json(texts.get(i));
                submissions.add(Submission.of(reader.read(json, null), json, trace, sender));
                numbers.add(i);
            } catch (InvalidOrderException e) {
                lines[i] = new Line(i + 1, null, null, 400, Problem.of(e));
            }
        }
        List<Receipt> receipts = door.acceptAll(submissions);
        for (int i = 0; i < receipts.size(); i++) {
            Receipt receipt = receipts.get(i);
            int number = numbers.get(i);
            switch (receipt.verdict()) {
                case ACCEPTED ->
                    lines[number] = new Line(
                            number + 1, receipt.orderId(), receipt.lane().name(), 202, null);
                case CONFLICT ->
                    lines[number] = new Line(number + 1, receipt.orderId(), null, 409, Problem.of(receipt));
                case NOT_ACCEPTED, UNKNOWN -> {
                    Problem.of(receipt).answer().writeTo(exchange.getMessage());
                    return;
                }
            }
        }
        List<Line> verdicts = Arrays.stream(lines).filter(Objects::nonNull).toList();
        int accepted =
                (int) verdicts.stream().filter(line -> line.status() == 202).count();
        Answer.json(202, new Batch(accepted, verdicts.size() - accepted, verdicts))
                .writeTo(exchange.getMessage());
    }

    record Status(
            String orderId,
            State status,
            @Nullable String lane,
            int attempts,
            @Nullable Instant receivedAt,
            @Nullable Instant updatedAt,
            @Nullable Instant processedAt,
            @Nullable Instant due,
            @Nullable Instant firstFailedAt,
            @Nullable Instant lastFailedAt,
            @Nullable Reason reason,
            @Nullable String admission) {}

    /**
     * Where an order stands.
     *
     * @param seesOnly the only sender whose orders are shown; null where all are
     */
    public void status(
            @Header("orderId") String orderId,
            @Header(ApiHeaders.SEES_ONLY) @Nullable String seesOnly,
            Exchange exchange) {
        answerStatus(orderId, seesOnly).writeTo(exchange.getMessage());
    }

    private Answer answerStatus(String orderId, @Nullable String seesOnly) {
        OrderRecord row = ledger.find(orderId).orElse(null);
        if (row != null && seesOnly != null && !seesOnly.equals(row.sender())) {
            return unknown(orderId).answer();
        }
        // An invalid message has a row under its message id, which is not an order id.
        if (row != null && row.state().count() != State.Count.INVALID) {
            return Answer.json(
                    200,
                    new Status(
                            orderId,
                            row.state(),
                            row.lane() == null ? null : row.lane().name(),
                            row.attempts(),
                            row.receivedAt(),
                            row.updatedAt(),
                            row.processedAt(),
                            row.goesOnAt(),
                            row.firstFailedAt(),
                            row.lastFailedAt(),
                            row.reason(),
                            Explanation.of(row)));
        }
        return door.recent(orderId)
                .filter(recent -> seesOnly == null || seesOnly.equals(recent.sender()))
                .map(recent -> Answer.json(
                        200,
                        new Status(
                                orderId,
                                State.RECEIVED,
                                recent.lane().name(),
                                0,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null)))
                .orElseGet(() -> unknown(orderId).answer());
    }

    private Problem unknown(String orderId) {
        OptionalLong waiting = arriving.get();
        if (waiting.isPresent() && waiting.getAsLong() == 0) {
            return Problem.plain(404, "Not Found", "no order has this id");
        }
        String many = waiting.isPresent() ? Long.toString(waiting.getAsLong()) : "an unknown number of";
        return Problem.plain(
                        404,
                        "Not Found",
                        "no order with this id has been read yet; " + many + " messages are still arriving")
                .retryAfter(NOT_YET_READ_RETRY_SECONDS);
    }

    /** Any value, as JSON. */
    public void json(@Body Object value, Exchange exchange) {
        Answer.json(200, value).writeTo(exchange.getMessage());
    }
}
