package io.godwit.core.http;

/** What a complete field line is asked before the next one is read. */
@FunctionalInterface
interface FieldRule {
    /** Judges a field: the violation, or null. */
    HttpViolation judge(String name, String value);
}
