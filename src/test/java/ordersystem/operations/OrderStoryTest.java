package ordersystem.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

class OrderStoryTest {

    private static List<String> story(String json) throws Exception {
        return new OrderStory(new JsonMapper().readTree(json))
                .events().stream().map(event -> event.at() + " " + event.what()).toList();
    }

    @Test
    void whatTheSystemAndWhatPeopleDidStandsInTheOrderInWhichItHappened() throws Exception {
        assertThat(story("""
                        {"order":{"orderId":"A","status":"PROCESSED","receivedAt":"2026-01-01T10:00:00Z",
                           "processedAt":"2026-01-01T12:00:01Z","firstFailedAt":"2026-01-01T10:00:01Z",
                           "lastFailedAt":"2026-01-01T11:00:02Z",
                           "reason":{"type":"java.io.IOException","message":"still no stock","route":"fulfilment","node":"call"}},
                         "history":[
                           {"kind":"REPLAY","step":3,"at":"2026-01-01T11:00:00Z","who":"anna","note":"stock is back",
                            "replay":"R1","outcome":"FAILED","state":"FAILED","attempts":5,"lastFailedAt":"2026-01-01T10:06:00Z",
                            "reason":{"type":"java.io.IOException","message":"no stock","route":"fulfilment","node":"call"}},
                           {"kind":"EXPEDITE","step":5,"at":"2026-01-01T12:00:00Z","who":"bo","state":"RETRYING","attempts":0,
                            "lastFailedAt":"2026-01-01T11:00:02Z",
                            "reason":{"type":"java.io.IOException","message":"still no stock","route":"fulfilment","node":"call"}}]}
                        """))
                .containsExactly(
                        "2026-01-01T10:00:00Z received",
                        "2026-01-01T10:00:01Z failed for the first time",
                        "2026-01-01T10:06:00Z failed in fulfilment/call: no stock (IOException)",
                        "2026-01-01T11:00:00Z replayed by anna: stock is back (it was FAILED, failed turns: 5; replay R1: FAILED)",
                        "2026-01-01T11:00:02Z failed in fulfilment/call: still no stock (IOException)",
                        "2026-01-01T12:00:00Z expedited by bo (it was RETRYING)",
                        "2026-01-01T12:00:01Z processed");
    }

    @Test
    void anOrderThatNothingHappenedToWasReceived() throws Exception {
        assertThat(story("{\"order\":{\"receivedAt\":\"2026-01-01T10:00:00Z\"},\"history\":[]}"))
                .containsExactly("2026-01-01T10:00:00Z received");
    }
}
