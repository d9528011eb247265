/** MXBeans that explain themselves. Knows nothing else of ours. */
@NullMarked
package ordersystem.jmx;

import org.jspecify.annotations.NullMarked;
