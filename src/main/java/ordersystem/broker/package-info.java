/** The message broker: the embedded ActiveMQ, its store, and the door that writes accepted orders into it. */
@NullMarked
package ordersystem.broker;

import org.jspecify.annotations.NullMarked;
