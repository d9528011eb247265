/** Route files: checked as a whole before they count, exchanged in the middle of traffic, and kept for a way back. */
@NullMarked
package ordersystem.reload;

import org.jspecify.annotations.NullMarked;
