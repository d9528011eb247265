/** A sale day replayed against OrderSystem and against the synchronous design, and judged from outside. */
@NullMarked
package ordersystem.drill;

import org.jspecify.annotations.NullMarked;
