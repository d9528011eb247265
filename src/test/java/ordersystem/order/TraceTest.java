package ordersystem.order;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is a W3C trace context, and what is left out. */
class TraceTest {

    private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    @Test
    void aTraceIsCarriedAsItCame() {
        assertThat(Trace.of(PARENT, "congo=t61rcWkgMzE,rojo=00f067aa0ba902b7"))
                .isEqualTo(new Trace(PARENT, "congo=t61rcWkgMzE,rojo=00f067aa0ba902b7"));
        assertThat(Trace.of(PARENT, null)).isEqualTo(new Trace(PARENT, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\nforged"
            })
    void whatIsNotOfItsFormIsNone(String parent) {
        assertThat(Trace.of(parent, "a=b")).isNull();
    }

    @Test
    void aStateThatIsTooLongOrBreaksTheLineIsLeftOut() {
        assertThat(Trace.of(PARENT, "a=b\r\nX-Forged: 1")).isEqualTo(new Trace(PARENT, null));
        assertThat(Trace.of(PARENT, "a=" + "b".repeat(511))).isEqualTo(new Trace(PARENT, null));
        assertThat(Trace.of(PARENT, 5)).isEqualTo(new Trace(PARENT, null));
        assertThat(Trace.of(5, null)).isNull();
    }
}
