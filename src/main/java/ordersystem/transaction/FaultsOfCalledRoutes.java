package ordersystem.transaction;

import org.apache.camel.model.ModelLifecycleStrategySupport;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.errorhandler.NoErrorHandlerDefinition;
import org.apache.camel.model.errorhandler.RefErrorHandlerDefinition;

/**
 * A {@code direct:} route without a policy of its own leaves its faults to the step that called it, and so to the policy of that
 * route. Camel would give it an error handler that marks a fault as dealt with: the caller's policy would not be asked, the fault
 * would reach the container, and a high order would be dead-lettered for something that passes. Camel calls it for each route.
 */
final class FaultsOfCalledRoutes extends ModelLifecycleStrategySupport {

    @Override
    public void onAddRouteDefinition(RouteDefinition route) {
        if (route.getRouteConfigurationId() == null
                && route.getErrorHandlerRef() == null
                // What Camel puts in where a route says nothing.
                && route.getErrorHandlerFactory() instanceof RefErrorHandlerDefinition
                && route.getInput() != null
                && route.getInput().getEndpointUri().startsWith("direct:")) {
            route.setErrorHandlerFactory(new NoErrorHandlerDefinition());
        }
    }
}
