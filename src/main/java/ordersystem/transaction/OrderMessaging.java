package ordersystem.transaction;

import jakarta.jms.ConnectionFactory;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import ordersystem.ledger.Ledger;
import ordersystem.order.Lane;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.camel.CamelContext;
import org.apache.camel.component.activemq.ActiveMQComponent;
import org.apache.camel.component.jms.ConsumerType;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.support.SimpleTypeConverter;

/** Sets up the {@code activemq} component, so that what routes do with queues is all or nothing with the ledger. */
public final class OrderMessaging {

    /** How often consumers look whether a broker that is away is back. */
    private static final Duration RECONNECT = Duration.ofSeconds(2);

    private OrderMessaging() {}

    /**
     * @param pool connections to the broker
     * @param batches how much a consumer takes at once, by queue name
     * @param intakeIsBusy whether more orders come in at present than can be taken in at once
     * @param precautions against messages that end their consumer or the process
     * @param gate asked before anything is received from a lane
     * @param witness is told what became of orders
     * @param courier takes the replies for senders that ask for one
     * @param turns begun with each batch of messages
     */
    public static void install(
            CamelContext context,
            ConnectionFactory pool,
            Map<String, Batch> batches,
            Ledger ledger,
            BooleanSupplier intakeIsBusy,
            Precautions precautions,
            WorkGate gate,
            Witness witness,
            Courier courier,
            Turns turns) {
        ActiveMQComponent component = new ActiveMQComponent(context);
        component.setConnectionFactory(new CollectingConnectionFactory(pool));
        component.setConsumerType(ConsumerType.Custom);
        component.setMessageListenerContainerFactory(new Batches(
                batches,
                ledger,
                intakeIsBusy,
                precautions,
                gate,
                witness,
                new Replies(courier, batches.keySet()),
                turns));
        component.setTransacted(true);
        component.setLazyCreateTransactionManager(false);
        component.setCacheLevelName("CACHE_CONSUMER");
        component.setRecoveryInterval(RECONNECT.toMillis());
        component.setMessageConverter(new OrderMessageConverter(context));
        component.setHeaderFilterStrategy(new HeaderAllowList());
        component.setDisableReplyTo(true);
        // Else Spring interrupts consumers in the middle of a call or a write; the container looks whether it stops
        // itself.
        component.setAcceptMessagesWhileStopping(true);
        context.addComponent("activemq", component);
        context.getTypeConverterRegistry()
                .addTypeConverter(
                        Lane.class,
                        String.class,
                        new SimpleTypeConverter(false, (type, exchange, name) -> new Lane((String) name)));
        ((ModelCamelContext) context).addModelLifecycleStrategy(new FaultsOfCalledRoutes());
        context.getCamelContextExtension().addInterceptStrategy(new DeliveryCarrier(precautions));
    }

    /** Sets the component up for a context whose routes are looked at and never started: it cannot connect to anything. */
    public static void installWithoutBroker(CamelContext context) {
        ActiveMQComponent component = new ActiveMQComponent(context);
        component.setConnectionFactory(
                new CollectingConnectionFactory(new ActiveMQConnectionFactory("vm://none?create=false")));
        component.setTransacted(true);
        component.setLazyCreateTransactionManager(false);
        component.setCacheLevelName("CACHE_CONSUMER");
        component.setDisableReplyTo(true);
        context.addComponent("activemq", component);
    }
}
