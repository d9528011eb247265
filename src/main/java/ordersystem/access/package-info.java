/** Who may use the management port: users, their roles, their passwords' hashes. */
@NullMarked
package ordersystem.access;

import org.jspecify.annotations.NullMarked;
