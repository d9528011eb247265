/** The waiting room: orders that have to wait, and the releaser that sends them on when they are due. */
@NullMarked
package ordersystem.waiting;

import org.jspecify.annotations.NullMarked;
