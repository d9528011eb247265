/** OrderSystem as a program: configuration, wiring, commands. */
@NullMarked
package ordersystem;

import org.jspecify.annotations.NullMarked;
