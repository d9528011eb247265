/** Who may come in, and do what: users, their roles, their passwords' hashes, API keys, and the certificate of our own. */
@NullMarked
package ordersystem.access;

import org.jspecify.annotations.NullMarked;
