/** The packaged program from outside: started as a process, killed, starved of its database and of room, and counted. */
@NullMarked
package ordersystem.journey;

import org.jspecify.annotations.NullMarked;
