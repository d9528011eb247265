package ordersystem.operations;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What happened to one order, in the order in which it happened: the system's doing and that of people. */
final class OrderStory {

    /** Something that happened. */
    record Event(Instant at, String what) {}

    private final List<Event> events = new ArrayList<>();
    private final Set<Instant> failures = new HashSet<>();

    /**
     * Puts it together.
     *
     * @param answer of {@code GET /api/orders/ID}: the order as it stands, and what people did, each with how the order
     *     stood before
     */
    OrderStory(JsonNode answer) {
        Fields order = new Fields(answer.path("order"));
        order.instant("receivedAt").ifPresent(at -> add(at, "received"));
        for (JsonNode entry : answer.path("history")) {
            Fields action = new Fields(entry);
            failed(action);
            action.instant("at").ifPresent(at -> add(at, done(action)));
        }
        failed(order);
        order.instant("firstFailedAt").filter(failures::add).ifPresent(at -> add(at, "failed for the first time"));
        order.instant("processedAt").ifPresent(at -> add(at, "processed"));
        events.sort(Comparator.comparing(Event::at));
    }

    /** The first first. */
    List<Event> events() {
        return List.copyOf(events);
    }

    private void add(Instant at, String what) {
        events.add(new Event(at, what));
    }

    /** The last failure before an action, or before now. Two actions may have the same one before them. */
    private void failed(Fields before) {
        before.instant("lastFailedAt")
                .filter(failures::add)
                .ifPresent(at -> add(at, "failed in " + before.place() + ": " + before.reason()));
    }

    private static String done(Fields action) {
        return verb(action.text("kind")) + " by " + action.text("who")
                + action.given("note").map(note -> ": " + note).orElse("") + " (it was " + action.text("state")
                + action.given("attempts")
                        .filter(attempts -> !attempts.equals("0"))
                        .map(attempts -> ", failed turns: " + attempts)
                        .orElse("")
                + action.given("replay").map(id -> "; replay " + id).orElse("")
                + action.given("outcome").map(outcome -> ": " + outcome).orElse("") + ")";
    }

    private static String verb(String kind) {
        return switch (kind) {
            case "REPLAY" -> "replayed";
            case "EDIT" -> "edited";
            case "DISCARD" -> "discarded";
            case "RESTORE" -> "restored";
            case "CANCEL" -> "cancelled";
            case "EXPEDITE" -> "expedited";
            case "ERASE" -> "erased";
            default -> kind.toLowerCase(Locale.ROOT);
        };
    }
}
