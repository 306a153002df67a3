package dev.nudge.studio.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.train.io.Json.JsonArray;
import dev.nudge.train.io.Json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionsTest {
    private final Sessions sessions = new Sessions();

    @AfterEach
    void close() {
        sessions.close();
    }

    private Session session(String specification) {
        return sessions.create(LabTest.json(specification)).orElseThrow();
    }

    private static void await(Session session, long step) throws InterruptedException {
        for (int hundredths = 0; hundredths < 6000 && session.state().integer("step") < step; hundredths++) {
            Thread.sleep(10);
        }
        assertTrue(session.state().integer("step") >= step, "goes on by itself");
    }

    @Test
    void aSessionGoesOnByItselfToWhereItShouldAndIsThenWhereStepsByHandLead() throws InterruptedException {
        Session running = session("{}");
        running.run(LabTest.json("{'until': 500}"));
        await(running, 500);
        Session stepped = session("{}");
        stepped.step(LabTest.json("{'steps': 500}"));
        assertEquals(stepped.state().text("digest"), running.state().text("digest"));
        assertFalse(running.isRunning());
        assertEquals(500, running.state().integer("step"), "and no further");
    }

    @Test
    void aPausedSessionStandsStill() throws InterruptedException {
        Session session = session("{}");
        session.run(LabTest.json("{'stepsPerSecond': 200}"));
        await(session, 3);
        session.pause();
        long step = session.state().integer("step");
        Thread.sleep(100);
        assertEquals(step, session.state().integer("step"));
        session.reset();
        assertEquals(0, session.state().integer("step"));
    }

    @Test
    void aForkBeginsWithTheWeightsOfNowOrOfTheBestEpoch() {
        Session session =
                session("{'data': {'noise': 0.2, 'points': 150}, 'validation': 0.7, 'test': 0, 'learningRate': 0.02,"
                        + " 'layers': [{'units': 32, 'activation': 'relu'}, {'units': 32, 'activation': 'relu'}]}");
        session.step(LabTest.json("{'steps': 600}"));
        JsonObject state = session.state();
        Session now = sessions.fork(session, LabTest.json("{'from': 'now'}")).orElseThrow();
        assertEquals(state.text("digest"), now.state().text("digest"));

        long best = state.object("best").integer("step");
        assertTrue(best > 0 && best < 600, "it has overfitted");
        Session stopped =
                sessions.fork(session, LabTest.json("{'from': 'best'}")).orElseThrow();
        session.reset();
        session.step(JsonObject.EMPTY.with("steps", best));
        assertEquals(session.state().text("digest"), stopped.state().text("digest"));
        assertEquals(
                state.object("best").number("validation"),
                stopped.state().object("loss").number("validation"),
                0);

        Session other = sessions.fork(
                        session, LabTest.json("{'from': 'start', 'specification': {'data': {'points': 400}}}"))
                .orElseThrow();
        assertEquals(0.2, other.whole().object("specification").object("data").number("noise"));
        assertNotEquals(state.text("digest"), other.state().text("digest"));
        // What a fork answers repeats it.
        Session repeated = sessions.create(now.whole().object("specification")).orElseThrow();
        assertEquals(now.state().text("digest"), repeated.state().text("digest"));
    }

    @Test
    void aSessionBeginsWhereItsChangesAndStepsLead() {
        Session session = session("{}");
        session.step(LabTest.json("{'steps': 20}"));
        session.set(LabTest.json("{'learningRate': 0.1}"));
        session.set(LabTest.json("{'parameter': 'layers.1.bias', 'index': [0], 'value': -2}"));
        session.step(LabTest.json("{'steps': 15}"));
        JsonObject state = session.state();
        Session again = sessions.create(
                        JsonObject.EMPTY.with("steps", 35).with("changes", new JsonArray(state.array("changes"))))
                .orElseThrow();
        assertEquals(state.text("digest"), again.state().text("digest"));
        assertEquals(2, again.state().array("changes").size());
    }

    @Test
    void thereIsABoundOnSessions() {
        Session first = session("{}");
        for (int i = 1; i < 24; i++) {
            session("{}");
        }
        assertTrue(sessions.create(JsonObject.EMPTY).isEmpty(), "all are in use");
        sessions.remove(first);
        assertTrue(sessions.find(first.id()).isEmpty());
        assertTrue(sessions.create(JsonObject.EMPTY).isPresent());
    }
}
