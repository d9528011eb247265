/** Recounts a stopped system from its ledger and its broker store. */
@NullMarked
package ordersystem.audit;

import org.jspecify.annotations.NullMarked;
