/** What the programs that a person reads have in common: where they ran, with which settings, and a table. */
package io.godwit.bench.report;
