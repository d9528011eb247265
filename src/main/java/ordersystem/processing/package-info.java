/** The decisions that the routes ask for: which lane an order takes, and the figures of the whole. */
@NullMarked
package ordersystem.processing;

import org.jspecify.annotations.NullMarked;
