package ordersystem.waiting;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import ordersystem.ledger.Action;
import ordersystem.ledger.Action.By;
import ordersystem.ledger.DeadLetterGroup;
import ordersystem.ledger.Interventions.Corrected;
import ordersystem.ledger.Ledger;
import ordersystem.ledger.LedgerUnavailableException;
import ordersystem.ledger.OrderRecord;
import ordersystem.ledger.RefusedException;
import ordersystem.ledger.Replay;
import ordersystem.ledger.Replays.Replayed;
import ordersystem.ledger.Selection;
import ordersystem.ledger.State;
import ordersystem.order.Content;
import ordersystem.order.InvalidOrderException;
import ordersystem.order.Lane;
import ordersystem.order.Order;
import ordersystem.order.OrderReader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What people do with dead letters and with single orders, for the management API and for JMX; and the bean
 * {@code recovery} of the route that sends on what is replayed. Thread-safe.
 *
 * <p>Methods on one order throw {@link RefusedException} where its state does not allow it, and return nothing where nobody
 * knows the id. All throw {@link LedgerUnavailableException}.
 */
public final class Recovery {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final Ledger ledger;
    private final OrderReader reader;
    private final Function<Order, Lane> lanes;
    private final Pause pause;

    /** Why replays should not go on at present. */
    @FunctionalInterface
    public interface Pause {
        /** Null where nothing speaks against it. */
        @Nullable
        String reason();
    }

    /**
     * An order's story.
     *
     * @param history what people did to it, the first first
     * @param content its message, where the ledger holds it
     */
    public record Story(OrderRecord order, List<Action> history, Optional<Content> content) {}

    /** @param lanes which lane an order's priority calls for */
    public Recovery(Ledger ledger, OrderReader reader, Function<Order, Lane> lanes, Pause pause) {
        this.ledger = ledger;
        this.reader = reader;
        this.lanes = lanes;
        this.pause = pause;
    }

    public List<OrderRecord> deadLetters(Selection selection, int limit, @Nullable String after) {
        return ledger.deadLetters().list(selection, limit, after);
    }

    public List<DeadLetterGroup> groups(int limit) {
        return ledger.deadLetters().groups(limit);
    }

    public long count(Selection selection) {
        return ledger.deadLetters().count(selection);
    }

    /** As {@link Ledger#contents}. */
    public Map<String, Optional<Content>> contents(List<String> ids, long mostBytes) {
        return ledger.contents(ids, mostBytes);
    }

    /** Begins to send on what fits, so many a second, as {@link #advance} is called. */
    public Replay replay(Selection selection, int perSecond, By by) {
        return ledger.replays().start(selection, perSecond, by);
    }

    /** Gives one dead letter all its turns once more, at once. */
    public Optional<OrderRecord> replay(String orderId, By by) {
        return ledger.interventions().replay(orderId, by);
    }

    public Optional<Replay> findReplay(String id) {
        return ledger.replays().find(id);
    }

    /** The latest first. */
    public List<Replay> replays(int limit) {
        return ledger.replays().list(limit);
    }

    public List<Replayed> replayed(String id, int limit, @Nullable String after) {
        return ledger.replays().orders(id, limit, after);
    }

    /** Nothing where it is over, or nobody knows it. */
    public Optional<Replay> cancelReplay(String id, By by) {
        return ledger.replays().cancel(id, by.who());
    }

    /** Sends on what the rates of the running replays allow. Called some times a second. */
    public void advance() {
        try {
            ledger.replays().advance(pause.reason());
        } catch (LedgerUnavailableException e) {
            LOG.warn("Replays wait: {}", e.getMessage());
        }
    }

    /** Gives all that fit up; how many. */
    public long discard(Selection selection, By by) {
        return ledger.interventions().discard(selection, by);
    }

    /** Undoes a discard or a cancel. */
    public Optional<OrderRecord> restore(String id, By by) {
        return ledger.interventions().restore(id, by);
    }

    public Optional<OrderRecord> cancel(String id, By by) {
        return ledger.interventions().cancel(id, by);
    }

    public Optional<OrderRecord> expedite(String id, By by) {
        return ledger.interventions().expedite(id, by);
    }

    /**
     * Gives an order a corrected body, or makes an order of a message that was none, and sends it on.
     *
     * @param id the order id, or the message id of an invalid message
     * @param json the whole order; the same order id, where it had one
     * @throws InvalidOrderException with every violation
     */
    public Optional<OrderRecord> edit(String id, String json, By by) {
        OrderRecord row = ledger.find(id).orElse(null);
        if (row == null) {
            return Optional.empty();
        }
        Order order = reader.read(json, null);
        Corrected corrected = new Corrected(
                order.orderId(), lanes.apply(order), json.getBytes(StandardCharsets.UTF_8), order.bodyHash());
        if (row.state().count() == State.Count.INVALID) {
            return ledger.interventions().correct(id, corrected, by);
        }
        if (!order.orderId().equals(id)) {
            throw new InvalidOrderException("orderId", order.orderId() + "; an edited order keeps its id, " + id);
        }
        return ledger.interventions().edit(corrected, by);
    }

    public Optional<Story> story(String id) {
        return ledger.find(id)
                .map(order -> new Story(order, ledger.interventions().history(id), ledger.content(id)));
    }

    /** The body that the edit at this step replaced. */
    public Optional<byte[]> replacedBody(String id, int step) {
        return ledger.interventions().replacedBody(id, step);
    }
}
