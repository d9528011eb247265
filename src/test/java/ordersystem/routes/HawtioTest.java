package ordersystem.routes;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Path;
import java.time.Duration;
import ordersystem.browser.Chromium;
import ordersystem.browser.Visitor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Hawtio in a real browser, from the operations page's link. Pictures go to target/screenshots. */
class HawtioTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    @RegisterExtension
    static final Chromium CHROMIUM = new Chromium();

    @TempDir
    private Path home;

    private RunningSystem system;

    @BeforeEach
    void start() {
        PlaywrightAssertions.setDefaultAssertionTimeout(LONG.toMillis());
        system = new RunningSystem(home).start();
    }

    @AfterEach
    void stop() {
        system.close();
    }

    @Test
    void oneLinkEndsInAConsoleWithOurBeansTheRoutesAndTheQueues() throws Exception {
        system.send("orders.incoming", "{\"orderId\":\"h1\",\"lines\":[{\"sku\":\"a\",\"quantity\":1,\"unitPrice\":2}]}");
        try (Visitor visitor = CHROMIUM.visitor()) {
            Page page = visitor.page();
            page.setDefaultTimeout(LONG.toMillis());
            page.navigate(system.managementUrl("/"));
            page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Hawtio")).click();
            assertThat(page.locator("nav").first()).isVisible();
            assertThat(page.getByText("Routes").first()).isVisible();
            visitor.screenshotOfWindow("hawtio");
            System.out.println("HAWTIO " + page.url() + "\n" + page.locator("body").innerText());
            page.navigate(system.managementUrl("/hawtio/jmx"));
            assertThat(page.getByText("ordersystem").first()).isVisible();
            System.out.println("HAWTIO " + page.url() + "\n" + page.locator("body").innerText());
            visitor.screenshotOfWindow("hawtio-jmx");
            System.out.println("HAWTIO-ERRORS " + visitor.errors());
            assertThat(visitor.errors()).isEmpty();
        }
    }
}
