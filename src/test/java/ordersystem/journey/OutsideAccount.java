package ordersystem.journey;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What was sent and what was answered, kept outside the program, and the judgement at the end. Customers write it, each
 * from its own thread.
 */
final class OutsideAccount {
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private final Map<String, Sending> messages = new ConcurrentHashMap<>();
    /** Messages of unknown outcome. */
    private final Map<String, Sending> maybe = new ConcurrentHashMap<>();

    private final List<String> offences = new ArrayList<>();
    private final AtomicInteger refusals = new AtomicInteger();
    private final AtomicInteger unknown = new AtomicInteger();
    private final AtomicInteger statsSeen = new AtomicInteger();

    /** What happened to one order id. Guarded by itself. */
    private static final class Entry {
        @Nullable
        Sending first;

        boolean accepted;
        /** Changed bodies that got a 202, to be found among the invalid messages. */
        int changesTakenIn;

        int changesRefused;
        int changesFound;
    }

    /** A message in orders.fulfilled. */
    record Fulfilled(String orderId, String body, Map<String, String> headers) {}

    /** What the program says of one order. */
    record Order(String status, int attempts, String reason) {}

    /** A row of the waiting room. */
    record DeadLetter(String id, String state, String reason, String body, String originalMessageId) {}

    /** Takes down an HTTP answer. Returns whether it was a definite one; with any other the customer sends again. */
    boolean answered(Sending sending, Api.Answer answer) {
        Entry entry = entry(sending);
        boolean valid = sending.invoice().valid();
        boolean changed = sending.kind() == Sending.Kind.CHANGED;
        synchronized (entry) {
            switch (answer.status()) {
                case 202 -> {
                    if (!valid) {
                        offence(sending, "taken in though it is not valid");
                    } else if (changed) {
                        entry.changesTakenIn++;
                    } else {
                        entry.accepted = true;
                    }
                    return true;
                }
                case 400 -> {
                    if (valid) {
                        offence(sending, "refused though it is valid: " + answer.body());
                    }
                    return true;
                }
                case 409 -> {
                    entry.changesRefused++;
                    if (!changed) {
                        offence(sending, "409 for its own body: " + answer.body());
                    }
                    return true;
                }
                case 503 -> {
                    refusals.incrementAndGet();
                    if (answer.retryAfter().isEmpty()) {
                        offence(sending, "503 without Retry-After: " + answer.body());
                    }
                    return false;
                }
                default -> {
                    offence(sending, "answered " + answer.status() + " " + answer.body());
                    return false;
                }
            }
        }
    }

    /** No answer: it may be in, or not. */
    void unanswered(Sending sending) {
        unknown.incrementAndGet();
        Entry entry = entry(sending);
        synchronized (entry) {
            if (sending.kind() == Sending.Kind.CHANGED) {
                entry.changesTakenIn++;
            }
        }
    }

    /** A JMS send returned: the message is in. */
    void sent(Sending sending, String messageId) {
        Entry entry = entry(sending);
        synchronized (entry) {
            entry.accepted |= sending.kind() != Sending.Kind.CHANGED;
        }
        messages.put(messageId, sending);
    }

    /** A JMS send failed: it may be in, or not. */
    void sendFailed(Sending sending, String messageId) {
        unknown.incrementAndGet();
        entry(sending);
        maybe.put(messageId, sending);
    }

    /** received = processed + failed + pending, in total and in each lane, at every reading. */
    void read(JsonNode stats) {
        statsSeen.incrementAndGet();
        checkSum("all", stats);
        stats.path("lanes").fields().forEachRemaining(lane -> checkSum(lane.getKey(), lane.getValue()));
    }

    private void checkSum(String what, JsonNode stats) {
        long sum = count(stats, "processed") + count(stats, "failed") + count(stats, "pending");
        if (count(stats, "received") != sum) {
            offence("stats of " + what + ": received is not processed + failed + pending: " + stats);
        }
    }

    static long count(JsonNode stats, String name) {
        JsonNode value = stats.path(name);
        if (!value.isIntegralNumber()) {
            throw new AssertionError("no number '" + name + "' in " + stats);
        }
        return value.asLong();
    }

    /** The ids that the program must know: those of valid orders that it took in. */
    Set<String> acceptedIds() {
        Set<String> ids = new HashSet<>();
        entries.forEach((id, entry) -> {
            synchronized (entry) {
                if (entry.accepted
                        && entry.first != null
                        && entry.first.invoice().valid()) {
                    ids.add(id);
                }
            }
        });
        return ids;
    }

    /**
     * Compares with what is there at the end, when nothing is pending any more.
     *
     * @param orders what {@code GET /api/orders/{id}} says of each of {@link #acceptedIds}
     * @return what is wrong; empty where the program did what it promised
     */
    List<String> judge(
            Map<String, Order> orders, List<Fulfilled> fulfilled, List<DeadLetter> deadLetters, JsonNode stats) {
        Map<String, List<Fulfilled>> copies = new ConcurrentHashMap<>();
        fulfilled.forEach(each ->
                copies.computeIfAbsent(each.orderId(), id -> new ArrayList<>()).add(each));
        Map<String, DeadLetter> waiting = new ConcurrentHashMap<>();
        deadLetters.forEach(each -> waiting.put(each.id(), each));

        int processed = 0;
        int failed = 0;
        for (String id : acceptedIds()) {
            Sending sending = first(id);
            List<Fulfilled> mine = copies.getOrDefault(id, List.of());
            Order order = orders.getOrDefault(id, new Order("unknown", 0, ""));
            switch (order.status()) {
                case "PROCESSED" -> {
                    processed++;
                    judgeProcessed(sending, mine);
                }
                case "FAILED" -> {
                    failed++;
                    judgeFailed(sending, order, mine, waiting.get(id));
                }
                default -> offence(sending, "lost: " + order.status() + ", " + mine.size() + " time(s) fulfilled");
            }
        }
        for (String id : copies.keySet()) {
            if (!acceptedIds().contains(id)) {
                offence("fulfilled though never accepted: " + id);
            }
        }
        long invalid = judgeInvalid(deadLetters);
        expect(stats, "received", acceptedIds().size());
        expect(stats, "processed", processed);
        expect(stats, "failed", failed);
        expect(stats, "pending", 0);
        expect(stats, "invalid", invalid);
        expect(stats, "discrepancy", 0);
        if (!stats.path("orphans").isEmpty()) {
            offence("orphans: " + stats.path("orphans"));
        }
        synchronized (offences) {
            return List.copyOf(offences);
        }
    }

    /**
     * What became of the orders where nothing but faults of the machinery stood in their way.
     *
     * @param sent different orders
     * @param accepted of these, those that the program took in
     * @param lost accepted orders that were never handed over, or that the program does not know as processed
     * @param twice orders that were handed over more than once
     * @param offences what was answered wrong, and figures that did not add up
     */
    record Tally(int sent, int accepted, Set<String> lost, Set<String> twice, List<String> offences) {}

    /**
     * @param orders what {@code GET /api/orders/{id}} says of each of {@link #acceptedIds}
     * @param fulfilled ids in orders.fulfilled, those of other accounts among them
     */
    Tally tally(Map<String, Order> orders, List<String> fulfilled) {
        Set<String> once = new HashSet<>();
        Set<String> twice = new TreeSet<>();
        for (String id : fulfilled) {
            if (entries.containsKey(id) && !once.add(id)) {
                twice.add(id);
            }
        }
        Set<String> lost = new TreeSet<>();
        for (String id : acceptedIds()) {
            Order order = orders.get(id);
            if (!once.contains(id) || order == null || !order.status().equals("PROCESSED")) {
                lost.add(id);
            }
        }
        synchronized (offences) {
            return new Tally(entries.size(), acceptedIds().size(), lost, twice, List.copyOf(offences));
        }
    }

    private void judgeProcessed(Sending sending, List<Fulfilled> copies) {
        if (copies.size() != 1) {
            offence(sending, "processed, but " + copies.size() + " time(s) in orders.fulfilled");
        }
        for (Fulfilled copy : copies) {
            if (!copy.body().equals(sending.invoice().body())) {
                offence(sending, "body changed: " + copy.body());
            }
            if (copy.headers().containsKey("FailedTurn")) {
                offence(sending, "header of a failed turn: " + copy.headers());
            }
            String turn = copy.headers().getOrDefault("Turn", "none");
            String expected = expectedTurn(sending);
            if (!turn.matches(expected)) {
                offence(sending, "fulfilled in turn " + turn + ", not " + expected + ": " + copy.headers());
            }
        }
    }

    /** How many turns fail before the one that succeeds, as an expression. */
    private static String expectedTurn(Sending sending) {
        return switch (sending.invoice().fate()) {
            case NONE, ONCE_IN_LINE -> "0";
            case TWO_TURNS -> "2";
            case MANY_TURNS -> sending.isHigh() ? "6" : "never";
            case BY_CHANCE -> "\\d+";
            case PERMANENT -> "never";
        };
    }

    private void judgeFailed(Sending sending, Order order, List<Fulfilled> copies, @Nullable DeadLetter deadLetter) {
        boolean mayFail =
                switch (sending.invoice().fate()) {
                    case PERMANENT -> true;
                    case MANY_TURNS, BY_CHANCE -> !sending.isHigh();
                    case NONE, ONCE_IN_LINE, TWO_TURNS -> false;
                };
        if (!mayFail) {
            offence(sending, "failed: " + order.reason());
        }
        if (!copies.isEmpty()) {
            offence(sending, "failed, but " + copies.size() + " time(s) in orders.fulfilled");
        }
        if (deadLetter == null) {
            offence(sending, "failed, but not among the dead letters");
        } else if (deadLetter.reason().isBlank()
                || !deadLetter.body().equals(sending.invoice().body())) {
            offence(sending, "waits without its reason or body: " + deadLetter);
        }
    }

    /** Each message that is no order, or another body under a known id, waits under its own id; nothing else does. */
    private long judgeInvalid(List<DeadLetter> deadLetters) {
        List<DeadLetter> invalid = deadLetters.stream()
                .filter(each -> each.state().equals("INVALID"))
                .toList();
        Set<String> seen = new HashSet<>();
        for (DeadLetter each : invalid) {
            String messageId = each.originalMessageId();
            Sending sending = messages.getOrDefault(messageId, maybe.get(messageId));
            if (!seen.add(messageId)) {
                offence("kept twice: " + each);
            } else if (sending == null) {
                judgeChangeByHttp(each);
            } else if (sending.kind() != Sending.Kind.CHANGED
                    && sending.invoice().valid()) {
                offence(sending, "kept as invalid: " + each);
            } else if (each.reason().isBlank()
                    || !each.body().equals(sending.invoice().body())) {
                offence(sending, "kept without its reason or body: " + each);
            }
        }
        messages.forEach((messageId, sending) -> {
            boolean toBeKept =
                    sending.kind() == Sending.Kind.CHANGED || !sending.invoice().valid();
            if (toBeKept && !seen.contains(messageId)) {
                offence(sending, "lost: " + messageId + " is no order, and is not kept");
            }
        });
        entries.forEach((id, entry) -> {
            synchronized (entry) {
                if (entry.changesTakenIn > 0 && entry.changesFound == 0 && entry.changesRefused == 0) {
                    offence("lost: a changed body of " + id + " was taken in and is not kept");
                }
            }
        });
        return invalid.size();
    }

    private void judgeChangeByHttp(DeadLetter deadLetter) {
        for (Entry entry : entries.values()) {
            synchronized (entry) {
                Sending first = entry.first;
                if (entry.changesTakenIn > entry.changesFound
                        && first != null
                        && first.invoice().changed().body().equals(deadLetter.body())) {
                    entry.changesFound++;
                    return;
                }
            }
        }
        offence("kept, but never sent: " + deadLetter);
    }

    /** One line of figures. */
    String summary() {
        return entries.size() + " orders, " + acceptedIds().size() + " accepted, " + unknown
                + " sendings of unknown outcome, " + refusals + " times 503, " + statsSeen + " readings of the stats";
    }

    int refusals() {
        return refusals.get();
    }

    int changesRefused() {
        return entries.values().stream().mapToInt(entry -> entry.changesRefused).sum();
    }

    private void expect(JsonNode stats, String name, long expected) {
        if (count(stats, name) != expected) {
            offence("stats say " + name + " " + count(stats, name) + ", the account " + expected);
        }
    }

    private Sending first(String id) {
        Entry entry = entries.get(id);
        if (entry == null || entry.first == null) {
            throw new IllegalStateException("never sent: " + id);
        }
        return entry.first;
    }

    private Entry entry(Sending sending) {
        Entry entry = entries.computeIfAbsent(sending.invoice().orderId(), id -> new Entry());
        if (sending.kind() == Sending.Kind.FIRST) {
            synchronized (entry) {
                entry.first = sending;
            }
        }
        return entry;
    }

    private void offence(Sending sending, String what) {
        offence(sending.invoice().orderId() + " (" + sending.invoice().fate() + ", "
                + (sending.isHigh() ? "high" : "normal") + ", " + sending.kind() + " by " + sending.way() + "): "
                + what);
    }

    private void offence(String what) {
        synchronized (offences) {
            offences.add(what);
        }
    }
}
