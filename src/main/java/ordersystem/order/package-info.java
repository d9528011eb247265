/** What an order is: its fields, its schema, its canonical form. Depends on nothing else of ours. */
@NullMarked
package ordersystem.order;

import org.jspecify.annotations.NullMarked;
