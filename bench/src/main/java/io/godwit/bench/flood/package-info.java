/** What others notice when one peer is flooded that does not read, and what becomes of that peer under each policy. */
package io.godwit.bench.flood;
