/** HTTP as the routes need it: answers and problems as JSON, the servers' own refusals, the management port. */
@NullMarked
package ordersystem.http;

import org.jspecify.annotations.NullMarked;
