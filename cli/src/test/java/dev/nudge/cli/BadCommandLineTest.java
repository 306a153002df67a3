package dev.nudge.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.train.io.Json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What cannot be carried out is refused before anything is written: one line an error, with a code and the value
/// found.
class BadCommandLineTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            tran                                     | E001 | "tran"           | did you mean train?
            frobnicate                               | E001 | "frobnicate"     | expected one of
            train --epoch 3                          | E002 | "--epoch"        | did you mean --epochs?
            train --epoch=3                          | E002 | "--epoch"        | did you mean --epochs?
            train --frobnicate                       | E002 | "--frobnicate"   | nudge train --help
            train --batch                            | E003 | --batch          | needs a value
            eval                                     | E003 | RUN              | is missing
            train --batch 99999999999999999999       | E004 | --batch          | "99999999999999999999"
            train --threads 0                        | E004 | --threads        | "0"
            train --threads -1                       | E004 | --threads        | "-1"
            train --lr 0.1 --lr 0.2                  | E005 | --lr             | given twice
            plan --seed 1 --seed 1                   | E005 | --seed           | given twice
            train --optimizer adm                    | E006 | --optimizer      | Did you mean adam?
            train --kernels mkl                      | E006 | --kernels        | "mkl"
            example names --kernels mkl              | E006 | --kernels        | "mkl"
            train --optimizer ADAM                   | E006 | --optimizer      | "ADAM"
            train --loss mes                         | E006 | --loss           | Did you mean mse?
            train --schedule cosin                   | E006 | --schedule       | Did you mean cosine?
            train --model mpl:3                      | E006 | --model          | Did you mean mlp?
            train --model mlp:3:rleu                 | E006 | --model          | Did you mean relu?
            train --model java.lang.Runtime          | E006 | --model          | "java.lang.Runtime"
            train digits more                        | E008 | "more"           | unexpected word
            train --allow-new-data                   | E008 | --allow-new-data | --resume
            train /no/such/folder                    | E300 | "/no/such/folder"| no such folder
            train digit                              | E300 | "digit"          | Did you mean digits?
            train /dev/null                          | E300 | "/dev/null"      | not a folder
            train --resume /no/such/run              | E300 | --resume         | "/no/such/run"
            eval /no/such/run                        | E300 | /no/such/run     | run.json
            predict /no/such/run                     | E300 | /no/such/run     | run.json
            train --lr 0                             | E610 | --lr             | "0"
            train --lr -0.1                          | E610 | --lr             | "-0.1"
            train --lr 1e6                           | E610 | --lr             | "1e6"
            train --lr NaN                           | E610 | --lr             | "NaN"
            train --lr 1e400                         | E610 | --lr             | "1e400"
            train --lr 0,1                           | E610 | --lr             | Write 0.1.
            train --clip 0                           | E610 | --clip           | "0"
            train --batch 0                          | E611 | --batch          | "0"
            train --batch -1                         | E611 | --batch          | "-1"
            train --batch 32.5                       | E611 | --batch          | "32.5"
            train --batch 1000000000                 | E611 | --batch          | rows=1258
            train --epochs 0                         | E611 | --epochs         | "0"
            train --epochs 1099511627776             | E611 | --epochs         | "1099511627776"
            train --time never                       | E611 | --time           | "never"
            train --checkpoint-every 0               | E611 | --checkpoint-every | "0"
            train --dropout 1                        | E612 | --dropout        | "1"
            train --dropout -0.1                     | E612 | --dropout        | "-0.1"
            train --model mlp:0                      | E613 | --model          | "0"
            train --model mlp:3,-3                   | E613 | --model          | "-3"
            train --model mlp:2147483648             | E613 | --model          | "2147483648"
            train --model mlp:65536,65536,65536      | E614 | --model          | layer 2 of 4
            train --model mlp                        | E616 | --model          | no layers
            train --model mlp:                       | E616 | --model          | no layers
            train --seed 1.5                         | E620 | --seed           | "1.5"
            train --seed 1180591620717411303424      | E620 | --seed           | "1180591620717411303424"
            train --validation 1                     | E622 | --validation     | "1"
            train --validation 0.9                   | E622 | split            | 0.9 + 0.2
            train --patience -1                      | E622 | --patience       | "-1"
            train --patience 3 --validation 0        | E622 | --patience       | found 0
            train --warmup 1600                      | E623 | --warmup         | 1600 steps
            train --schedule step:0                  | E623 | --schedule       | "step:0"
            train --schedule exponential:2           | E623 | --schedule       | "exponential:2"
            train --schedule cosine --time 5s        | E623 | --schedule       | --time only
            train --optimizer sgd --weight-decay 0.1 | E624 | --weight-decay   | Use --l2
            train --optimizer adamw --l2 0.1         | E624 | --l2             | Use --weight-decay
            train --optimizer rmspro                 | E006 | --optimizer      | Did you mean rmsprop?
            train --optimizer rmsprop:decy=0.9       | E006 | --optimizer      | Did you mean decay?
            train --optimizer rmsprop:decay=1        | E610 | --optimizer      | decay must be in [0, 1)
            train --optimizer rmsprop:decay=x        | E610 | --optimizer      | must be a number
            train --optimizer rmsprop:centered=1     | E610 | --optimizer      | true or false
            train --optimizer sgd:momentum=0.9       | E006 | --optimizer      | expected none
            train --optimizer muon --model mlp:8     | E624 | --optimizer      | two hidden layers
            train --schedule polynomal               | E006 | --schedule       | Did you mean polynomial?
            train --schedule polynomial:0            | E623 | --schedule       | (0, 100]
            train --schedule restarts:3:0            | E623 | --schedule       | GROWTH
            train --schedule constant:1              | E623 | --schedule       | "constant:1"
            train --schedule plateau --validation 0  | E622 | --schedule       | validation data
            train --schedule constant@0,cosine       | E623 | --schedule       | KIND@EPOCHS
            train --schedule constant,cosine         | E623 | --schedule       | KIND@EPOCHS
            train --schedule cosine@3                | E623 | --schedule       | "cosine@3"
            train --schedule constant@3,cosin        | E006 | --schedule       | Did you mean cosine?
            train --schedule constant@999,cosine     | E623 | --schedule       | 999 epochs
            train --schedule cosine+plateau          | E623 | --schedule       | alone
            train --sam 0                            | E610 | --sam            | "0"
            train --sam 0.1 --accumulate 2           | E008 | --sam            | --accumulate
            train --accumulate 0                     | E611 | --accumulate     | "0"
            train --on-nan skp                       | E006 | --on-nan         | Did you mean skip?
            train --on-nan skip:0                    | E611 | --on-nan         | "skip:0"
            train --on-nan stop:1                    | E611 | --on-nan         | "stop:1"
            train --on-ckpt-error wran               | E006 | --on-ckpt-error  | Did you mean warn?
            train --average emma                     | E006 | --average        | Did you mean ema?
            train --average ema:1                    | E610 | --average        | "ema:1"
            train --average swa                      | E610 | --average        | swa:EPOCH
            plan --examples 0                        | E611 | --examples       | "0"
            plan --examples 10 --batch 11            | E611 | --batch          | rows=10
            explain gradeint                         | E006 | TERM             | Did you mean gradient?
            explain plan --memory lest               | E611 | --memory         | Did you mean least?
            explain plann digits                     | E006 | TERM             | Did you mean plan?
            """)
    void isRefusedWithItsCodeAndPlace(String line, String code, String where, String text) {
        Shell.Result result = Shell.run(line.split(" ", -1));
        assertEquals(Main.USAGE, result.exitCode(), result.err());
        assertEquals("", result.out());
        assertEquals(1, result.err().lines().count(), result.err());
        assertTrue(result.err().startsWith("error[" + code + "] " + where + ": "), result.err());
        assertTrue(result.err().contains(text), result.err());
    }

    @Test
    void everythingThatIsWrongIsToldAtOnce() {
        Shell.Result result =
                Shell.run("train", "--lr", "0", "--batch", "x", "--model", "mlp:0", "--loss", "no", "--bach", "3");
        List<String> codes =
                result.err().lines().map(line -> line.substring(6, 10)).sorted().toList();
        assertEquals(List.of("E002", "E006", "E610", "E611", "E613"), codes, result.err());
    }

    @Test
    void aCommandLineOfNothingShowsTheUsage() {
        Shell.Result result = Shell.run();
        assertEquals(Main.USAGE, result.exitCode());
        assertEquals("", result.out());
        assertTrue(result.err().startsWith("Usage: nudge"), result.err());
    }

    @Test
    void inJsonAnErrorIsAnEventWithTheSameWords() {
        Shell.Result result = Shell.run("train", "--lr", "0", "--json");
        JsonObject event = result.events().getFirst();
        assertEquals("error", event.text("event"));
        assertEquals("E610", event.text("code"));
        assertEquals("--lr", event.text("where"));
        assertTrue(result.err().contains(event.text("message")), result.err());
    }

    @Test
    void aFolderThatHoldsSomethingIsLeftAlone() throws IOException {
        Path file = Files.writeString(folder.resolve("letter.txt"), "dear");
        for (String option : List.of("--json", "--overwrite")) {
            Shell.Result result = Shell.run("train", "--epochs", "1", "--out", folder.toString(), option);
            assertEquals(Main.USAGE, result.exitCode());
            assertTrue(result.err().startsWith("error[E007] --out: "), result.err());
        }
        assertEquals("dear", Files.readString(file));
        assertEquals(1, folder.toFile().list().length);
    }

    @Test
    void controlCharactersCannotForgeLinesOrColours() {
        Shell.Result result = Shell.run("train", "--optimizer", "x\n\u001B[31mred");
        assertEquals(1, result.err().lines().count(), result.err());
        assertFalse(result.err().contains("\u001B"));
        assertTrue(result.err().contains("\\u001b[31mred"), result.err());
    }

    @Test
    void aLongValueIsCut() {
        Shell.Result result = Shell.run("train", "--lr", "9".repeat(100_000));
        assertTrue(result.err().length() < 400, result.err());
    }

    @Test
    void noErrorShowsWhereInTheProgramItArose() {
        assertFalse(Shell.run("train", "--lr", "0").err().contains("\tat "));
        assertTrue(Shell.run("train", "--lr", "0", "--debug").err().contains("\tat "));
    }

    @Test
    void theLanguageOfTheMachineDoesNotMatter() {
        Locale usual = Locale.getDefault();
        try {
            for (String language : List.of("tr-TR", "ar-EG-u-nu-arab", "de-DE")) {
                Locale.setDefault(Locale.forLanguageTag(language));
                Shell.Result result = Shell.run("plan", "--examples", "100000", "--batch", "100", "--epochs", "10");
                assertEquals("1,000 per epoch = ceil(100,000 / 100); 10,000 in all, in 10 epochs\n", result.out());
                assertEquals(
                        0,
                        Shell.run("plan", "--schedule", "exponential:0.5", "--lr", "1.5")
                                .exitCode());
                assertEquals(0, Shell.run("explain", "ITERATION").exitCode());
            }
        } finally {
            Locale.setDefault(usual);
        }
    }
}
