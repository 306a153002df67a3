package dev.nudge.studio.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AssetsTest {
    private static final int LARGEST = 80 * 1024;
    private static final Pattern FILES = Pattern.compile("(?:src|href)=\"/assets/([^\"]+)\"");

    private Answer.Document page;

    @BeforeEach
    void open() {
        page = (Answer.Document) Assets.page(request(""));
    }

    private static Request request(String file) {
        return new Request(Map.of("file", file), _ -> Optional.empty(), Optional.empty(), () -> new byte[0]);
    }

    private void assumePages() {
        Assumptions.assumeTrue(page.status() == 200, "built without Node.js, so there are no pages to look at");
    }

    private String text() {
        return new String(Assets.unpacked(page).body(), StandardCharsets.UTF_8);
    }

    @Test
    void withoutPagesThePageSaysHowToGetThem() {
        if (page.status() == 503) {
            assertTrue(text().contains("Node.js 20.19"), text());
        } else {
            assertEquals(200, page.status());
            assertTrue(text().contains("<title>Nudge studio</title>"), text());
        }
    }

    @Test
    void whatIsLoadedFirstIsSmall() {
        assumePages();
        List<String> scripts = FILES.matcher(text())
                .results()
                .map(found -> found.group(1))
                .filter(name -> name.endsWith(".js"))
                .toList();
        assertTrue(!scripts.isEmpty(), text());
        int bytes = scripts.stream()
                .mapToInt(name -> ((Answer.Document) Assets.asset(request(name))).body().length)
                .sum();
        assertTrue(bytes <= LARGEST, bytes + " bytes of compressed JavaScript before the first page shows");
    }

    @Test
    void thePageHoldsNoScriptAndNoStyleItself() {
        assumePages();
        List<String> inline = Pattern.compile("<script(?![^>]*\\bsrc=)[^>]*>|<style|\\bstyle=|\\bon[a-z]+=")
                .matcher(text())
                .results()
                .map(MatchResult::group)
                .toList();
        assertEquals(List.of(), inline, "the policy forbids what stands in the page itself");
    }

    @Test
    void everyFileIsTheSamePackedAndUnpacked() {
        assumePages();
        for (MatchResult found : FILES.matcher(text()).results().toList()) {
            Answer.Document packed = (Answer.Document) Assets.asset(request(found.group(1)));
            Answer.Document plain = Assets.unpacked(packed);
            assertTrue(packed.body().length < plain.body().length, found.group(1));
            assertTrue(packed.headers().contains("gzip") && !plain.headers().contains("gzip"), found.group(1));
            assertArrayEquals(plain.body(), Assets.unpacked(plain).body());
        }
    }

    @Test
    void nothingButFilesOfThePagesIsServed() {
        for (String name : List.of("../index.html", "none.js", "x.class", ".hidden.js", "Assets.class", "")) {
            assertThrows(RefusedException.class, () -> Assets.asset(request(name)), name);
        }
    }
}
