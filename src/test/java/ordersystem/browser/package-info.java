/** A real browser for the tests of pages. */
@NullMarked
package ordersystem.browser;

import org.jspecify.annotations.NullMarked;
