package ordersystem.transaction;

import ordersystem.order.OrderHeaders;
import ordersystem.order.Trace;
import org.apache.camel.Exchange;
import org.apache.camel.component.jms.JmsHeaderFilterStrategy;

/**
 * Lets in the headers of {@link OrderHeaders#ALLOWED} only, in exactly that spelling (CVE-2026-40453: Camel's own filter
 * lets a Camel header in that differs in case), and a trace only in its form. What goes out is filtered as camel-jms does.
 */
final class HeaderAllowList extends JmsHeaderFilterStrategy {

    @Override
    public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
        return !OrderHeaders.ALLOWED.contains(name)
                || (OrderHeaders.TRACE.contains(name) && !Trace.isAllowed(name, value));
    }
}
