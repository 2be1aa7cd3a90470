/** JMH suites: what each piece costs by itself, as a ratio to the least that it has to do. */
package io.godwit.bench.micro;
