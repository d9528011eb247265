package ordersystem.journey;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.time.Duration;
import java.util.List;
import ordersystem.browser.Chromium;
import ordersystem.browser.Visitor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Hawtio in a real browser, from the packaged program's one link. Pictures go to target/screenshots. */
class HawtioIT {

    private static final Duration LONG = Duration.ofSeconds(60);

    @RegisterExtension
    static final Chromium CHROMIUM = new Chromium();

    @RegisterExtension
    final ProgramUnderTest program = new ProgramUnderTest("HawtioIT");

    @Test
    void oneLinkEndsInAConsoleWithOurBeansTheRoutesAndTheQueues() throws Exception {
        PlaywrightAssertions.setDefaultAssertionTimeout(LONG.toMillis());
        program.start();
        String order = "{\"orderId\":\"h1\",\"lines\":[{\"sku\":\"a\",\"quantity\":1,\"unitPrice\":2}]}";
        assertThat(program.api().post(order.getBytes(UTF_8)).status()).isEqualTo(202);

        try (Visitor visitor = CHROMIUM.visitor()) {
            Page page = visitor.page();
            page.setDefaultTimeout(LONG.toMillis());
            page.navigate(program.managementUrl("/"));
            page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Hawtio")).click();
            assertThat(page.locator("#root")).isVisible();
            visitor.screenshotOfWindow("hawtio");
            System.out.println("HAWTIO " + page.url() + "\n" + page.locator("body").innerText());
            assertThat(errors(visitor)).isEmpty();
        }
    }

    private static List<String> errors(Visitor visitor) {
        return visitor.errors().stream().filter(error -> error.startsWith("error")).toList();
    }
}
