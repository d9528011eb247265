/** The ledger: which orders there are, where each stands, and the rule that makes a copy of a message harmless. */
@NullMarked
package ordersystem.ledger;

import org.jspecify.annotations.NullMarked;
