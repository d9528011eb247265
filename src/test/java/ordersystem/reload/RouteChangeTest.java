package ordersystem.reload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which routes an edit exchanges, and which run on. */
class RouteChangeTest {

    private static final String FULFILMENT = "40-fulfilment.camel.yaml";

    private static RouteChange change(ShippedRoutes edited) throws RoutesRefusedException {
        return RouteChange.between(
                new ShippedRoutes().check().sources(), edited.check().sources());
    }

    @Test
    void aCommentOrABlankExchangesNothing() throws Exception {
        assertThat(change(new ShippedRoutes().edit(FULFILMENT, text -> "# ours\n" + text.replace("Hands", "  Hands")))
                        .isNothing())
                .isTrue();
    }

    @Test
    void anEditedRouteIsExchangedAndNoOther() throws Exception {
        RouteChange change = change(new ShippedRoutes()
                .edit("30-fulfil-orders.camel.yaml", text -> text.replace("One turn of one order", "A turn")));

        assertThat(change.coming()).containsExactly("fulfil-orders");
        assertThat(change.gone()).containsExactly("fulfil-orders");
        assertThat(change.http()).isFalse();
    }

    @Test
    void anEditedPolicyExchangesTheRoutesThatNameIt() throws Exception {
        RouteChange change = change(new ShippedRoutes()
                .edit(
                        "00-failure-policy.camel.yaml",
                        text -> text.replace("maximumRedeliveries: 3", "maximumRedeliveries: 4")));

        assertThat(change.coming()).containsExactly("fulfilment");
    }

    @Test
    void aNewFileOnlyAdds() throws Exception {
        RouteChange change = change(new ShippedRoutes()
                .put(
                        "50-ours.camel.yaml",
                        "- route: { id: ours, from: { uri: 'timer:ours', steps: [{ log: x }] } }\n"));

        assertThat(change.coming()).containsExactly("ours");
        assertThat(change.gone()).isEmpty();
    }

    @Test
    void aRouteThatRestLeadsToIsExchangedWithAllOfThem() throws Exception {
        RouteChange change = change(new ShippedRoutes()
                .edit("90-order-api.camel.yaml", text -> text.replace("Answers with the same figures", "Figures")));

        assertThat(change.rests()).isTrue();
        assertThat(change.http()).isTrue();
        assertThat(change.coming())
                .containsExactlyInAnyOrder(
                        "order-api-post",
                        "order-api-batch",
                        "order-api-get",
                        "order-api-stats",
                        "figures-api-history",
                        "openapi-orders");
    }

    @Test
    void whatHoldsForAFileExchangesItsRoutes() throws Exception {
        RouteChange change = change(new ShippedRoutes()
                .edit(
                        FULFILMENT,
                        text -> "- onException: { exception: [java.io.IOException], steps: [{ log: x }] }\n" + text));

        assertThat(change.coming()).containsExactly("fulfilment");
    }

    @Test
    void beansExchangeEverything() throws Exception {
        RouteChange change = change(new ShippedRoutes()
                .edit(FULFILMENT, text -> text + "- beans:\n    - { name: ours, type: java.util.ArrayList }\n"));

        assertThat(change.everything()).isTrue();
    }
}
