package ordersystem.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ReplayWatchTest {

    private static final String REPLAY = "GET /api/dead-letters/replays/R1";
    private static final Duration AT_ONCE = Duration.ofMillis(1);

    private final SystemStandIn system = new SystemStandIn();
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final ReplayWatch watch =
            new ReplayWatch(new ManagementClient("127.0.0.1", system.port(), null, "anna"), "R1", lines::add);

    @AfterEach
    void stop() {
        system.close();
    }

    @Test
    void itLooksUntilTheOutcomeOfEachOrderIsKnownAndTellsWhatChanged() {
        system.answers(REPLAY, 200, """
                        {"id":"R1","chosen":3,"sentOn":0,"status":"PAUSED","outcomes":{},"pausedBecause":"the brake is open"}""")
                .answers(REPLAY, 200, """
                        {"id":"R1","chosen":3,"sentOn":2,"status":"RUNNING","outcomes":{"UNDER_WAY":1,"FAILED":1}}""")
                .answers(REPLAY, 200, """
                        {"id":"R1","chosen":3,"sentOn":2,"status":"RUNNING","outcomes":{"UNDER_WAY":1,"FAILED":1}}""")
                .answers(REPLAY, 200, """
                        {"id":"R1","chosen":3,"sentOn":3,"status":"ENDED","outcomes":{"SUCCEEDED":2,"FAILED":1},
                         "endedAt":"2026-01-01T10:00:00Z","settledAt":"2026-01-01T10:00:01Z"}""");

        Answer last = watch.untilSettled(AT_ONCE);

        assertThat(last.json().path("settledAt").asText()).isEqualTo("2026-01-01T10:00:01Z");
        assertThat(lines)
                .containsExactly(
                        "PAUSED: 0 of 3 sent on, 0 succeeded, 0 failed again, 0 taken over, 0 under way (the brake is open)",
                        "RUNNING: 2 of 3 sent on, 0 succeeded, 1 failed again, 0 taken over, 1 under way",
                        "ENDED: 3 of 3 sent on, 2 succeeded, 1 failed again, 0 taken over, 0 under way");
    }

    @Test
    void whoLeavesIsToldThatTheReplayGoesOn() {
        system.answers(REPLAY, 200, "{\"id\":\"R1\",\"chosen\":3,\"sentOn\":0,\"status\":\"RUNNING\",\"outcomes\":{}}");

        watch.leave();
        watch.untilSettled(Duration.ofHours(1));

        assertThat(lines)
                .containsExactly("the replay goes on without this command; see it with 'dead-letters replays R1',"
                        + " end it with 'dead-letters stop-replay R1'");
        assertThat(system.requests()).allMatch(request -> request.method().equals("GET"));
    }

    @Test
    void aSystemThatIsStoppedMeanwhileIsNotTheReplaysEnd() {
        system.close();

        assertThatThrownBy(() -> watch.untilSettled(AT_ONCE))
                .isInstanceOf(NotRunningException.class)
                .hasMessageContaining("no running OrderSystem at http://127.0.0.1:" + system.port())
                .hasMessageContaining("dead-letters replays R1");
    }
}
