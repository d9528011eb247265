package ordersystem.routes;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import ordersystem.access.PasswordHash;
import ordersystem.access.Role;
import ordersystem.access.User;
import ordersystem.browser.Chromium;
import ordersystem.browser.Visitor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The operations page in a real browser, on both ports of a running system. Pictures go to target/screenshots. */
class OperationsPageTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String PASSWORD = "correct horse battery";

    /** Orders are sent for so long before the pictures; more makes better pictures. */
    private static final int LOAD_SECONDS = Integer.getInteger("page.load.seconds", 10);

    @RegisterExtension
    static final Chromium CHROMIUM = new Chromium();

    @TempDir
    private Path home;

    private RunningSystem system;

    @BeforeEach
    void prepare() {
        PlaywrightAssertions.setDefaultAssertionTimeout(LONG.toMillis());
        Stock.isFull(false);
        system = new RunningSystem(home).set("ORDERS_RETRY_DELAYS", "5m").fulfilment("""
                - bean:
                    beanType: ordersystem.routes.Stock
                    method: "take(${header.OrderId})"
                - to: activemq:queue:orders.fulfilled
                """, "");
    }

    @AfterEach
    void stop() {
        system.close();
    }

    @Test
    void thePublicPageIsLiveAndFindsAnOrderAndChangesNothing() throws Exception {
        system.start();
        try (Visitor visitor = CHROMIUM.visitor()) {
            Page page = visitor.page();
            page.navigate(system.publicUrl("/"));
            assertThat(page.locator("#headline")).hasText("All is quiet: every order is done.");

            send("a", 3);
            assertThat(figure(page, "processed")).hasText("3");
            assertThat(figure(page, "received")).hasText("3");
            assertThat(page.locator("#headline")).hasText("Orders are flowing.");
            assertThat(page.locator("[data-lane=normal]")).isVisible();

            lookUp(page, "a1");
            assertThat(page.locator("#story")).containsText("PROCESSED: handed over");
            assertThat(page.locator("#story .timeline li")).hasCount(2);
            assertThat(page.locator("#story button")).hasCount(1);
            page.keyboard().press("Escape");
            assertThat(page.locator("#story")).not().isVisible();

            assertThat(page.locator("#people")).not().isVisible();
            assertThat(page.locator("#controls")).not().isVisible();
            assertThat(problems(visitor)).isEmpty();

            lookUp(page, "nobody's");
            assertThat(page.locator("#story")).containsText("no order has this id");
        }
    }

    @Test
    void aGroupOfDeadLettersIsReplayedAndAnotherGivenUpWithTheKeyboardAlone() throws Exception {
        system.start();
        send("short", 3);
        system.send("orders.incoming", "{ not an order <img src=x onerror=alert(1)>");
        try (Visitor visitor = CHROMIUM.visitor()) {
            Page page = visitor.page();
            page.navigate(system.managementUrl("/"));
            assertThat(page.locator("#headline")).containsText("4 orders wait for a person.");
            Locator group = page.locator("#groups tr", new Page.LocatorOptions().setHasText("UnprocessableOrder"));
            assertThat(group.locator("strong").first()).hasText("3");

            Locator replay = group.getByRole(
                    AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(Pattern.compile("^Replay")));
            Stock.isFull(true);
            replay.focus();
            page.keyboard().press("Enter");
            assertThat(page.locator("#act")).containsText("3\u00a0orders would have all turns once more.");
            visitor.screenshotOfWindow("page-replay");
            page.getByLabel("Your name").fill("anna");
            page.getByLabel("Why, if you like").fill("the stock is full");
            page.keyboard().press("Enter");

            assertThat(figure(page, "processed")).hasText("3");
            assertThat(page.locator("#replays")).containsText("Replay of 3 orders by anna");
            assertThat(page.locator("#replays")).containsText("3 succeeded");
            assertThat(system.manage("/api/orders/short1")).contains("\"who\":\"anna\"", "the stock is full");

            page.locator("#groups tr", new Page.LocatorOptions().setHasText("no orders"))
                    .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(Pattern.compile("^Discard")))
                    .click();
            assertThat(page.locator("#act")).containsText("1 order would be given up.");
            page.getByLabel("Why; kept with the order").fill("a test of ours");
            page.locator("#act button.danger").click();
            assertThat(page.locator("#headline")).containsText("Nothing waits for a person.");

            lookUp(page, "short1");
            assertThat(page.locator("#story .timeline")).containsText("Replayed by anna: the stock is full");
            assertThat(page.locator("#story .timeline li.done")).hasCount(1);
            visitor.screenshotOfWindow("page-order");
            assertThat(problems(visitor)).isEmpty();
        }
    }

    @Test
    void itSaysThatTheServerIsAwayAndGoesOnWhenItIsBack() throws Exception {
        system.start();
        send("a", 2);
        try (Visitor visitor = CHROMIUM.visitor()) {
            Page page = visitor.page();
            page.navigate(system.managementUrl("/"));
            assertThat(figure(page, "processed")).hasText("2");

            system.close();
            assertThat(page.locator("#headline")).hasText("OrderSystem does not answer.");
            assertThat(page.locator("#link")).containsText("away since");
            assertThat(figure(page, "processed")).hasText("2");
            visitor.screenshotOfWindow("page-away");

            system.start();
            assertThat(page.locator("#link")).containsText("live");
            send("b", 1);
            assertThat(figure(page, "processed")).hasText("3");

            page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Pause"))
                    .click();
            page.getByLabel("Your name").fill("anna");
            page.getByLabel("Why; kept with the order").fill("stocktaking");
            page.locator("#act button.danger").click();
            assertThat(page.locator("#headline")).containsText("Fulfilment is paused");
            assertThat(page.locator("#controls")).containsText("by anna: stocktaking");
        }
    }

    @Test
    void aWrongPasswordSeesNothingAndWhoLooksChangesNothing() throws Exception {
        Path users = home.resolve("users.properties");
        PasswordHash hash = PasswordHash.of(PASSWORD);
        Files.write(users, List.of(new User("anna", Role.OPERATE).line(hash), new User("ben", Role.LOOK).line(hash)));
        system.set("ORDERS_MANAGEMENT_USERS_FILE", users).start();
        send("short", 1);

        try (Visitor visitor = CHROMIUM.visitor(as("anna", "wrong horse battery"))) {
            Response answer = Objects.requireNonNull(visitor.page().navigate(system.managementUrl("/")));
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.text()).doesNotContain("<html");
        }
        try (Visitor visitor = CHROMIUM.visitor(as("ben", PASSWORD))) {
            Page page = visitor.page();
            page.navigate(system.managementUrl("/"));
            assertThat(page.locator("#groups")).containsText("UnprocessableOrder");
            assertThat(page.locator("footer")).containsText("ben, to look only");
            assertThat(page.locator("#groups button.danger")).hasCount(0);
            assertThat(page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Pause")))
                    .hasCount(0);
            assertThat(problems(visitor)).isEmpty();
        }
        try (Visitor visitor = CHROMIUM.visitor(as("anna", PASSWORD))) {
            Page page = visitor.page();
            page.navigate(system.managementUrl("/#order=short0"));
            page.locator("#story")
                    .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Discard"))
                    .click();
            page.getByLabel("Why; kept with the order").fill("not wanted");
            page.locator("#act button.danger").click();
            assertThat(page.locator("#story .timeline")).containsText("Discarded by anna: not wanted");
            assertThat(problems(visitor)).isEmpty();
        }
    }

    @Test
    void itFitsAPhoneAndAWallInDarkAndInLight() throws Exception {
        system.set("ORDERS_RETRY_DELAYS", "2m,1h")
                .set("ORDERS_BRAKE_MODE", "off")
                .set("ORDERS_ADMISSION_TARGET_DELAY", "500ms")
                .set("ORDERS_FULFILMENT_EXPECTED_TIME", "5ms")
                .start();
        try (Visitor wall = CHROMIUM.visitor();
                Visitor dark = CHROMIUM.visitor(window(1280, 900).setColorScheme(ColorScheme.DARK));
                Visitor phone = CHROMIUM.visitor(
                        window(390, 844).setDeviceScaleFactor(2).setHasTouch(true))) {
            for (Visitor visitor : List.of(wall, dark, phone)) {
                visitor.page().navigate(system.managementUrl("/"));
            }
            send("short", 7);
            send("slow", 4);
            system.send("orders.incoming", "{ not an order");
            sendForAWhile();

            for (Visitor visitor : List.of(wall, dark, phone)) {
                Page page = visitor.page();
                assertThat(page.locator("#groups strong").first()).isVisible();
                assertThat(page.locator("#later")).containsText("Another turn: IOException");
                assertThat(page.locator("#plots canvas").first()).isVisible();
                assertThat(visitor.isWiderThanTheWindow()).isFalse();
                assertThat(problems(visitor)).isEmpty();
            }
            wall.screenshot("page-light");
            dark.screenshot("page-dark");
            phone.screenshot("page-phone");
        }
    }

    private static NewContextOptions window(int width, int height) {
        return new NewContextOptions().setViewportSize(width, height);
    }

    private static NewContextOptions as(String user, String password) {
        return window(1280, 900).setHttpCredentials(user, password);
    }

    private static Locator figure(Page page, String name) {
        return page.locator("[data-figure=" + name + "]");
    }

    private static void lookUp(Page page, String id) {
        page.keyboard().press("/");
        page.keyboard().type(id);
        page.keyboard().press("Enter");
    }

    private void send(String prefix, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            system.send("orders.incoming", order(prefix + i, false));
        }
    }

    /** As long as the system takes in what was sent before; one in eight is high. */
    private void sendForAWhile() {
        long end = System.nanoTime() + Duration.ofSeconds(LOAD_SECONDS).toNanos();
        int[] sent = {0};
        await("orders were sent for a while")
                .atMost(Duration.ofSeconds(LOAD_SECONDS + 60))
                .pollInterval(Duration.ofMillis(250))
                .until(() -> {
                    int burst = sent[0] / 4000 % 2 == 0 ? 60 : 200;
                    for (int i = 0; i < burst; i++) {
                        system.send("orders.incoming", order("o" + sent[0]++, i % 8 == 0));
                    }
                    return System.nanoTime() > end;
                });
    }

    private static String order(String id, boolean high) {
        return "{\"orderId\":\"" + id + "\"," + (high ? "\"priority\":\"HIGH\"," : "")
                + "\"customerId\":\"17850\",\"lines\":[{\"sku\":\"85123A\",\"quantity\":6,\"unitPrice\":\"2.55\"}]}";
    }

    /** What the browser complains about. */
    private static List<String> problems(Visitor visitor) {
        return visitor.errors();
    }
}
