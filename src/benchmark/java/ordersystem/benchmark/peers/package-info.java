/** The systems that OrderSystem is measured against, written as their experts would. They live here and nowhere else. */
@NullMarked
package ordersystem.benchmark.peers;

import org.jspecify.annotations.NullMarked;
