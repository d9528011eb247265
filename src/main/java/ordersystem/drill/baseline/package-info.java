/** The synchronous design that OrderSystem is compared with: by the drill, and by the benchmark. */
@NullMarked
package ordersystem.drill.baseline;

import org.jspecify.annotations.NullMarked;
