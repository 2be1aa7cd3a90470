package io.godwit.reactor.broadcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ArrivalsTest {

    private final Arrivals<String> arrivals = new Arrivals<>();

    @Test
    void shouldEndARoundWhateverComesMeanwhile() {
        arrivals.add("a");
        arrivals.add("b");
        arrivals.begin();
        arrivals.add("c");
        assertThat(arrivals.take()).isEqualTo("a");
        arrivals.add("d");
        assertThat(arrivals.take()).isEqualTo("b");
        assertThat(arrivals.isDue()).isFalse();
        arrivals.begin();
        assertThat(arrivals.take()).isEqualTo("c");
        assertThat(arrivals.take()).isEqualTo("d");
        assertThat(arrivals.isDue()).isFalse();
        assertThat(arrivals.isEmpty()).isTrue();
    }

    /** It is counted, and does not come: nobody waits for it. */
    @Test
    void shouldNotWaitForWhatCouldNotBeAdded() {
        assertThatThrownBy(() -> arrivals.add(null)).isInstanceOf(NullPointerException.class);
        arrivals.begin();
        assertThat(arrivals.take()).isNull();
        assertThat(arrivals.isDue()).isFalse();
        arrivals.add("a");
        arrivals.begin();
        assertThat(arrivals.take()).isEqualTo("a");
        assertThat(arrivals.isEmpty()).isTrue();
    }
}
