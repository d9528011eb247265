package ordersystem.transaction;

import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.component.jms.JmsMessage;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.AsyncProcessorConverterHelper;
import org.apache.camel.support.DefaultMessage;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.apache.camel.util.URISupport;
import org.jspecify.annotations.Nullable;

/**
 * Takes the {@link Delivery} along with the exchange, from thread to thread: without it a parallel multicast or a
 * {@code threads} step would send outside of its delivery. It also notes the node in which an exchange failed. Camel calls it once for each node of each route; stateless.
 */
public final class DeliveryCarrier implements InterceptStrategy {

    private static final String PROPERTY = "OrderDelivery";
    private static final String FAILURE = "OrderFailure";

    /** Characters that the ledger has room for. */
    private static final int LONGEST_NAME = 128;

    private final Precautions precautions;

    DeliveryCarrier(Precautions precautions) {
        this.precautions = precautions;
    }

    @Override
    public Processor wrapProcessorInInterceptors(
            CamelContext context, NamedNode definition, Processor target, Processor nextTarget) {
        AsyncProcessor processor = AsyncProcessorConverterHelper.convert(target);
        String name = name(definition);
        return new DelegateAsyncProcessor(processor) {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                Delivery here = Delivery.current();
                Delivery carried = exchange.getProperty(PROPERTY, Delivery.class);
                if (carried == null && here != null) {
                    exchange.setProperty(PROPERTY, here);
                    readOnce(exchange);
                }
                if (carried == null || carried == here) {
                    return processed(exchange, callback);
                }
                Delivery.bind(carried);
                try {
                    return processed(exchange, callback);
                } finally {
                    Delivery.bind(here);
                }
            }

            private boolean processed(Exchange exchange, AsyncCallback callback) {
                return processor.process(exchange, doneSync -> {
                    noteFailure(exchange, name);
                    callback.done(doneSync);
                });
            }
        };
    }

    /**
     * A copy of Camel's JmsMessage, of which an order has a dozen, throws and catches a NullPointerException inside
     * (JmsMessageHelper.getJMSRedelivered, 4.18), with a stack as deep as the route: 8 % of the processor time of an order
     * (docs/benchmark.md). So the exchange goes on with a plain message, which has the same id, body and headers.
     */
    private static void readOnce(Exchange exchange) {
        if (exchange.getMessage() instanceof JmsMessage received) {
            DefaultMessage message = new DefaultMessage(exchange);
            try {
                message.setMessageId(received.getMessageId());
                message.setBody(received.getBody());
                message.setHeaders(received.getHeaders());
            } catch (RuntimeException unreadable) {
                // A step that reads it fails, and Camel knows what to do then. Thrown from here, the exchange would
                // never end.
                return;
            }
            exchange.setMessage(message);
        }
    }

    /**
     * The id that the route file gives a node; else what it does, as Camel says it. The ids that Camel gives count through all files,
     * so that an edit, or a file more, would tear the groups of dead letters apart.
     */
    private static String name(NamedNode node) {
        if (node instanceof OptionalIdentifiedDefinition<?> identified && identified.hasCustomIdAssigned()) {
            return node.getId();
        }
        String kind = node.getShortName();
        String label = URISupport.sanitizeUri(node.getLabel()).replace("[]", "");
        String name = label.isEmpty() ? kind : label.startsWith(kind) ? label : kind + '[' + label + ']';
        return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME);
    }

    private record Failure(Throwable exception, String node) {}

    /** The innermost node comes first; the nodes around it fail with the same exception. */
    private void noteFailure(Exchange exchange, String node) {
        Throwable exception = exchange.getException();
        if (exception != null) {
            // Here, because the error handler around the node would take it for a failed turn.
            precautions.haltIfBroken(exception);
            Failure noted = exchange.getProperty(FAILURE, Failure.class);
            if (noted == null || noted.exception() != exception) {
                exchange.setProperty(FAILURE, new Failure(exception, node));
            }
        }
    }

    /** The id of the node in which an exception was thrown; null where it was not thrown in a node. */
    static @Nullable String failedNode(Exchange exchange, Throwable exception) {
        Failure noted = exchange.getProperty(FAILURE, Failure.class);
        return noted != null && noted.exception() == exception ? noted.node() : null;
    }
}
