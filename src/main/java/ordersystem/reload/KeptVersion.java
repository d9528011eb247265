package ordersystem.reload;

import java.util.List;

/**
 * A set of route files that ran once.
 *
 * @param version under which it is kept: when it began to run, and a digest of its bytes
 * @param at when it began to run, ISO 8601
 * @param by whose edit it was: the owner of the file that changed last, or who asked for it
 * @param changed names of the files that changed, came or went with it
 * @param running whether it runs now
 */
public record KeptVersion(String version, String at, String by, List<String> changed, boolean running) {}
