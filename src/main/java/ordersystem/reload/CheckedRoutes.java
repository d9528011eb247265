package ordersystem.reload;

import java.util.List;

/**
 * Route files in which no fault was found. Immutable.
 *
 * @param files as they were read
 * @param sources the same, taken apart, in the order of their names
 */
public record CheckedRoutes(RouteFiles files, List<Source> sources) {}
