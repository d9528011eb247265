package ordersystem.operations;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What the system answered when all went well.
 *
 * @param text as it came
 */
record Answer(String text, JsonNode json) {}
