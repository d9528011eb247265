/** What people watch: figures as a JMX bean, and the check of counters against what is there. */
@NullMarked
package ordersystem.monitoring;

import org.jspecify.annotations.NullMarked;
