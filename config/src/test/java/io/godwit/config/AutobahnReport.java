package io.godwit.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The report that the conformance suite leaves: an object of agents, each an object of cases. */
final class AutobahnReport {
    private AutobahnReport() {}

    /**
     * What became of a case.
     *
     * @param id for instance 1.1.1
     * @param behavior the verdict on the messages
     * @param behaviorClose the verdict on the closing handshake
     */
    record Case(String id, String behavior, String behaviorClose) {}

    /**
     * Reads a report.
     *
     * @param index the file
     * @param agent whose cases
     * @return them, or none where the agent could not be reached
     */
    static List<Case> read(final Path index, final String agent) throws IOException {
        final List<Case> cases = new ArrayList<>();
        try (JsonParser json = JsonFactory.builder().build().createParser(index.toFile())) {
            expect(json, JsonToken.START_OBJECT);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                final boolean wanted = json.currentName().equals(agent);
                expect(json, JsonToken.START_OBJECT);
                if (!wanted) {
                    json.skipChildren();
                    continue;
                }
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    cases.add(readCase(json));
                }
            }
        }
        return cases;
    }

    private static Case readCase(final JsonParser json) throws IOException {
        final String id = json.currentName();
        String behavior = null;
        String behaviorClose = null;
        expect(json, JsonToken.START_OBJECT);
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            final String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "behavior" -> behavior = json.getText();
                case "behaviorClose" -> behaviorClose = json.getText();
                default -> json.skipChildren();
            }
        }
        return new Case(id, behavior, behaviorClose);
    }

    private static void expect(final JsonParser json, final JsonToken token) throws IOException {
        if (json.nextToken() != token) {
            throw new IOException("expected " + token + " at " + json.currentLocation());
        }
    }
}
