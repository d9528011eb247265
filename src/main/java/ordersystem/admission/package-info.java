/** Which normal orders are admitted to their lane under overload, and which are deferred: how likely, and why. */
@NullMarked
package ordersystem.admission;

import org.jspecify.annotations.NullMarked;
