/** For tests of a shop's own routes: the whole system in the test's JVM. A jar of its own, not part of the program. */
@NullMarked
package ordersystem.testkit;

import org.jspecify.annotations.NullMarked;
