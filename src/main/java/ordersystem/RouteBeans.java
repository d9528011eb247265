package ordersystem;

import java.util.Map;
import ordersystem.brake.Fulfilment;
import ordersystem.broker.Door;
import ordersystem.http.AdmissionApi;
import ordersystem.http.DeadLetterApi;
import ordersystem.http.FulfilmentApi;
import ordersystem.http.OpenApi;
import ordersystem.http.OrderApi;
import ordersystem.http.Problems;
import ordersystem.http.RecoveryApi;
import ordersystem.http.RoutesApi;
import ordersystem.http.WaitingApi;
import ordersystem.ledger.PastOrders;
import ordersystem.monitoring.Figures;
import ordersystem.monitoring.FiguresCheck;
import ordersystem.order.LegacyOrders;
import ordersystem.order.OrderReader;
import ordersystem.order.OrderXml;
import ordersystem.processing.OrderProcessor;
import ordersystem.transaction.DeliveryLedger;
import ordersystem.waiting.AdmissionWatch;
import ordersystem.waiting.Recovery;
import ordersystem.waiting.Releaser;
import ordersystem.waiting.WaitingRoom;

/** The beans that route files may name, and their classes: what a check without a running system knows of them. */
final class RouteBeans {

    static final Map<String, Class<?>> TYPES = Map.ofEntries(
            Map.entry("admissionApi", AdmissionApi.class),
            Map.entry("admissionWatch", AdmissionWatch.class),
            Map.entry("deadLetterApi", DeadLetterApi.class),
            Map.entry("door", Door.class),
            Map.entry("figures", Figures.class),
            Map.entry("figuresCheck", FiguresCheck.class),
            Map.entry("fulfilment", Fulfilment.class),
            Map.entry("fulfilmentApi", FulfilmentApi.class),
            Map.entry("ledger", DeliveryLedger.class),
            Map.entry("legacyOrders", LegacyOrders.class),
            Map.entry("openApi", OpenApi.class),
            Map.entry("orderApi", OrderApi.class),
            Map.entry("orderProcessor", OrderProcessor.class),
            Map.entry("orderReader", OrderReader.class),
            Map.entry("orderXml", OrderXml.class),
            Map.entry("pastOrders", PastOrders.class),
            Map.entry("problems", Problems.class),
            Map.entry("recovery", Recovery.class),
            Map.entry("recoveryApi", RecoveryApi.class),
            Map.entry("releaser", Releaser.class),
            Map.entry("routesApi", RoutesApi.class),
            Map.entry("waitingApi", WaitingApi.class),
            Map.entry("waitingRoom", WaitingRoom.class));

    private RouteBeans() {}
}
