package ordersystem.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is in the distribution, and whether the tools of those who install it take it. */
class DistributionIT {

    private static final Path HOME = Path.of(System.getProperty("ordersystem.packaged"));

    /** All of them may be shipped with a program under the Apache License. */
    private static final Pattern LICENCES =
            Pattern.compile("Apache-2\\.0|MIT|MIT-0|BSD-[23]-Clause|EPL-[12]\\.0|MPL-2\\.0|CC0-1\\.0|ISC|EDL 1\\.0"
                    + "|.*(Apache|BSD|MIT|EDL|Eclipse Distribution License|Eclipse Public License|Public Domain).*");

    /** Of Markdown, to a file beside it. */
    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:|mailto:|#)([^)\\s#]+)[^)]*\\)");

    @Test
    void theBillOfMaterialsNamesEveryJarAndALicenceThatLetsItBeShipped() throws IOException {
        assumeTrue(
                Files.exists(HOME.resolve("sbom.json")),
                "skipped: packaged offline, where no bill of materials is made");
        JsonNode sbom = new ObjectMapper().readTree(HOME.resolve("sbom.json").toFile());
        assertThat(sbom.path("bomFormat").asText()).isEqualTo("CycloneDX");

        Set<String> named = new TreeSet<>();
        named.add(sbom.at("/metadata/component/name").asText() + "-"
                + sbom.at("/metadata/component/version").asText() + ".jar");
        List<String> unlicensed = new ArrayList<>();
        for (JsonNode part : sbom.path("components")) {
            String classifier = part.path("purl").asText().contains("classifier=")
                    ? "-" + part.path("purl").asText().replaceAll(".*classifier=([^&]*).*", "$1")
                    : "";
            String jar = part.path("name").asText() + "-" + part.path("version").asText() + classifier + ".jar";
            named.add(jar);
            boolean allowed = false;
            for (JsonNode choice : part.path("licenses")) {
                String licence = choice.has("expression")
                        ? choice.path("expression").asText()
                        : choice.path("license")
                                .path("id")
                                .asText(choice.path("license").path("name").asText());
                allowed |= LICENCES.matcher(licence).matches();
            }
            if (!allowed) {
                unlicensed.add(jar + " " + part.path("licenses"));
            }
        }
        try (Stream<Path> jars = Files.list(HOME.resolve("lib"))) {
            Set<String> shipped = jars.map(jar -> jar.getFileName().toString())
                    .filter(name -> name.endsWith(".jar"))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(shipped).isEqualTo(named);
        }
        assertThat(unlicensed).isEmpty();
    }

    @Test
    void whatItsDocumentsLinkToIsThere() throws IOException {
        List<String> dead = new ArrayList<>();
        int links = 0;
        try (Stream<Path> files = Files.walk(HOME)) {
            for (Path document :
                    files.filter(file -> file.toString().endsWith(".md")).toList()) {
                Matcher link = LINK.matcher(Files.readString(document));
                while (link.find()) {
                    links++;
                    Path target = document.resolveSibling(link.group(1)).normalize();
                    // The program's own source is in the repository only.
                    if (!Files.exists(target) && !HOME.relativize(target).startsWith("src")) {
                        dead.add(HOME.relativize(document) + ": " + link.group(1));
                    }
                }
            }
        }
        assertThat(dead).isEmpty();
        assertThat(links).isGreaterThan(50);
    }

    @Test
    void systemdTakesTheUnit() throws Exception {
        assumeTrue(isThere("systemd-analyze"), "skipped: there is no systemd-analyze on this machine");
        Path folder = Files.createDirectories(Path.of("target/journey/DistributionIT"));
        // It looks whether the program is there.
        Path unit = Files.writeString(
                folder.resolve("ordersystem.service"),
                Files.readString(HOME.resolve("packaging/ordersystem.service"))
                        .replace("/opt/ordersystem", HOME.toAbsolutePath().toString()));

        assertThat(run(
                        "systemd-analyze",
                        "verify",
                        "--man=no",
                        unit.toAbsolutePath().toString()))
                .isEmpty();
    }

    @Test
    void theScriptsAreScripts() throws Exception {
        assertThat(run("sh", "-n", HOME.resolve("bin/ordersystem").toString())).isEmpty();
        assertThat(Files.readString(HOME.resolve("bin/ordersystem.cmd")).lines())
                .as("the same program is started")
                .anyMatch(line -> line.contains("ordersystem.OrderSystem %*"));
        assertThat(Files.readString(HOME.resolve("bin/ordersystem.cmd")).replace("\r\n", ""))
                .as("cmd.exe reads no other line ends")
                .doesNotContain("\n");
    }

    @Test
    void completionIsMadeForTheShell() throws Exception {
        Path script = Files.createDirectories(Path.of("target/journey/DistributionIT"))
                .resolve("completion.sh");
        Files.writeString(script, run(HOME.resolve("bin/ordersystem").toString(), "generate-completion"));

        assertThat(run(
                        "bash",
                        "-c",
                        "source " + script + " && COMP_WORDS=(ordersystem dea) COMP_CWORD=1"
                                + " && _complete_ordersystem && echo \"${COMPREPLY[@]}\""))
                .contains("dead-letters");
    }

    private static boolean isThere(String command) throws Exception {
        return new ProcessBuilder("sh", "-c", "command -v " + command)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    /** What it printed; fails where it does. */
    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(printed).isZero();
        return printed.strip();
    }
}
