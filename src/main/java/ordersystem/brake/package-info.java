/** Whether orders are worked off at present: the outage brake, and the switch that people turn for maintenance. */
@NullMarked
package ordersystem.brake;

import org.jspecify.annotations.NullMarked;
