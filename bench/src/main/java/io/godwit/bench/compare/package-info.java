/** The comparison: every server under the same work, in processes of their own, in turn, and a report with plots. */
package io.godwit.bench.compare;
