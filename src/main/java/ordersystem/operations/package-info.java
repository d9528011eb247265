/** The operators' command line: it talks to a running system over its management port, and knows nothing else of it. */
@NullMarked
package ordersystem.operations;

import org.jspecify.annotations.NullMarked;
