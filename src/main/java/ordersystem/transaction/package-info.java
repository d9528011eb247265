/** One delivery is all or nothing: what routes send and record during it is collected, and written at the end of its batch. */
@NullMarked
package ordersystem.transaction;

import org.jspecify.annotations.NullMarked;
