/** Reports with plots, each one HTML file. */
@NullMarked
package ordersystem.report;

import org.jspecify.annotations.NullMarked;
