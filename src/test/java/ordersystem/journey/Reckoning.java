package ordersystem.journey;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All that the program says and holds at the end, read from outside. */
record Reckoning(ProgramUnderTest program) {

    static Reckoning of(ProgramUnderTest program) {
        return new Reckoning(program);
    }

    List<String> judge(OutsideAccount account, JsonNode stats) throws Exception {
        return account.judge(
                orders(account), FulfilledQueue.read(program.brokerUrl(), "orders.fulfilled"), deadLetters(), stats);
    }

    /** What the program says of each order that it took in. */
    Map<String, OutsideAccount.Order> orders(OutsideAccount account) throws Exception {
        Map<String, OutsideAccount.Order> orders = new HashMap<>();
        for (String id : account.acceptedIds()) {
            Api.Answer answer = program.api().order(id);
            orders.put(id, answer.status() == 200 ? order(answer.json()) : unknown(answer));
        }
        return orders;
    }

    private static OutsideAccount.Order order(JsonNode order) {
        return new OutsideAccount.Order(
                order.path("status").asText(),
                order.path("attempts").asInt(-1),
                order.path("reason").toString());
    }

    private static OutsideAccount.Order unknown(Api.Answer answer) {
        return new OutsideAccount.Order("HTTP " + answer.status(), -1, answer.body());
    }

    /** All pages of the waiting room's dead letters. */
    List<OutsideAccount.DeadLetter> deadLetters() throws Exception {
        List<OutsideAccount.DeadLetter> all = new ArrayList<>();
        String after = "";
        JsonNode next;
        do {
            JsonNode page = program.api().deadLetters(100, after).json();
            page.path("deadLetters").forEach(each -> all.add(deadLetter(each)));
            next = page.path("next");
            after = next.asText();
        } while (next.isTextual());
        return all;
    }

    private static OutsideAccount.DeadLetter deadLetter(JsonNode row) {
        return new OutsideAccount.DeadLetter(
                row.path("id").asText(),
                row.path("state").asText(),
                row.path("reason").path("message").asText(),
                row.path("body").asText(),
                row.path("headers").path("OrderOriginalMessageId").asText());
    }
}
