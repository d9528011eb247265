package ordersystem.routes;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
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
        system.send(
                "orders.incoming", "{\"orderId\":\"h1\",\"lines\":[{\"sku\":\"a\",\"quantity\":1,\"unitPrice\":2}]}");
        try (Visitor visitor = CHROMIUM.visitor()) {
            Page page = visitor.page();
            page.setDefaultTimeout(LONG.toMillis());
            page.navigate(system.managementUrl("/"));
            page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Hawtio"))
                    .click();
            assertThat(page.getByText("Route Diagram")).isVisible();
            assertThat(page.getByText("receive-orders", exactly())).isVisible();
            assertThat(page.getByText("On Exception").first()).isVisible();
            visitor.screenshotOfWindow("hawtio-routes");
            page.getByText("Routes", exactly()).click();
            Locator row = page.locator("tr", new Page.LocatorOptions().setHasText("fulfil-orders-normal"));
            assertThat(row).containsText("Started");

            page.navigate(system.managementUrl("/hawtio/jmx"));
            select(page, "Admission");
            assertThat(page.getByText("TargetDelay")
                            .or(page.getByText("DelaySeconds"))
                            .first())
                    .isVisible();
            assertThat(page.getByText("AUTO", exactly()).first()).isVisible();
            page.getByText("Operations", exactly()).click();
            page.locator("button[aria-labelledby^='operation explain']").click();
            Locator explain = page.locator("section[aria-label^='operation execute explain']");
            explain.locator("input[type=text]").fill("h1");
            explain.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Execute"))
                    .first()
                    .click();
            assertThat(page.getByText("Admitted: no order was being deferred when it came.")
                            .first())
                    .isVisible();
            visitor.screenshotOfWindow("hawtio-operations");
            page.reload();
            assertThat(page.getByText("ordersystem:type=Admission").first()).isVisible();
            assertThat(page).hasURL(Pattern.compile(".*/hawtio/jmx/.*nid=ordersystem-Admission"));

            page.navigate(system.managementUrl("/hawtio/jmx"));
            select(page, "orders.fulfilled");
            assertThat(page.getByText("QueueSize").first()).isVisible();
            visitor.screenshotOfWindow("hawtio-queue");
            assertThat(visitor.errors()).isEmpty();
        }
    }

    private static Page.GetByTextOptions exactly() {
        return new Page.GetByTextOptions().setExact(true);
    }

    private static void select(Page page, String bean) {
        page.locator("input[type=search]").first().fill(bean);
        page.getByText(bean, exactly()).first().click();
    }
}
