package ordersystem.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The first test of one's own routes, from the packaged program alone, as its README says. */
class FulfilmentTestIT {

    @Test
    void theExampleIsCompiledAndRunAgainstThePackagedProgram() throws Exception {
        Installation installation = new Installation("FulfilmentTestIT");

        installation.run(List.of("examples/fulfilment-test/run", "--details=summary"));

        assertThat(installation.output()).contains("3 tests successful", "0 tests failed");
    }
}
