package ordersystem.http;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import ordersystem.ledger.Action;
import ordersystem.ledger.OrderRecord;
import ordersystem.ledger.Reason;
import ordersystem.ledger.State;
import ordersystem.waiting.Explanation;
import ordersystem.waiting.Recovery;
import ordersystem.waiting.Recovery.Story;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.jspecify.annotations.Nullable;

/** The bean {@code recoveryApi}: one order's story, and what can be done with it, for the management port. Thread-safe. */
public final class RecoveryApi {

    private static final String UNKNOWN =
            "neither an order nor a message that is none has this id; one that has just arrived is known in a moment";

    private final Recovery recovery;

    public RecoveryApi(Recovery recovery) {
        this.recovery = recovery;
    }

    /** An order's row. */
    record Row(
            String orderId,
            State status,
            @Nullable String lane,
            int step,
            @Nullable String place,
            int attempts,
            @Nullable Instant due,
            @Nullable Reason reason,
            Instant receivedAt,
            Instant updatedAt,
            @Nullable Instant processedAt,
            @Nullable Instant firstFailedAt,
            @Nullable Instant lastFailedAt,
            @Nullable String admission,
            String instance) {

        static Row of(OrderRecord order) {
            return new Row(
                    order.orderId(),
                    order.state(),
                    order.lane() == null ? null : order.lane().name(),
                    order.step(),
                    order.place(),
                    order.attempts(),
                    order.goesOnAt(),
                    order.reason(),
                    order.receivedAt(),
                    order.updatedAt(),
                    order.processedAt(),
                    order.firstFailedAt(),
                    order.lastFailedAt(),
                    order.state().count() == State.Count.INVALID ? null : Explanation.of(order),
                    order.instance());
        }
    }

    record Told(
            Row order,
            List<Action> history,
            @Nullable String body,
            @Nullable String bodyEncoding) {

        static Told of(Story story) {
            Text text = story.content().map(Text::of).orElse(null);
            return new Told(
                    Row.of(story.order()),
                    story.history(),
                    text == null ? null : text.text(),
                    text == null ? null : text.encoding());
        }
    }

    record Done(Row order) {}

    public void order(@Header("id") String id, Exchange exchange) {
        DeadLetterApi.answer(exchange, recovery.story(id).map(Told::of), UNKNOWN);
    }

    /** The body that an edit replaced, as it was. */
    public void replaced(@Header("id") String id, @Header("step") String step, Exchange exchange) {
        if (!step.matches("[1-9][0-9]{0,8}")) {
            throw new InvalidRequestException("step", "a whole number from 1");
        }
        DeadLetterApi.answer(
                exchange,
                recovery.replacedBody(id, Integer.parseInt(step)).map(Text::of),
                "no edit of this order was made at this step");
    }

    public void edit(@Header("id") String id, @Body String json, Exchange exchange) {
        done(exchange, recovery.edit(id, json, Request.by(exchange, Request.text(exchange, "note"))));
    }

    public void cancel(@Header("id") String id, @Body byte[] body, Exchange exchange) {
        done(exchange, recovery.cancel(id, Request.of(body).byWithNote(exchange)));
    }

    public void expedite(@Header("id") String id, @Body byte[] body, Exchange exchange) {
        done(exchange, recovery.expedite(id, Request.of(body).by(exchange)));
    }

    private static void done(Exchange exchange, Optional<OrderRecord> row) {
        DeadLetterApi.answer(exchange, row.map(Row::of).map(Done::new), UNKNOWN);
    }
}
