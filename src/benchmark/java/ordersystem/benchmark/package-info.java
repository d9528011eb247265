/** Measures OrderSystem against its peers; profile {@code benchmark}. Method and figures: docs/benchmark.md. */
@NullMarked
package ordersystem.benchmark;

import org.jspecify.annotations.NullMarked;
