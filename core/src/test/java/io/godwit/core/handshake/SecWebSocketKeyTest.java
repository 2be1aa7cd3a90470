package io.godwit.core.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecWebSocketKeyTest {

    /** The first is the example of RFC 6455 §1.3. */
    @ParameterizedTest
    @CsvSource({
        "dGhlIHNhbXBsZSBub25jZQ==, s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
        "x3JJHMbDL1EzLkh9GBhXDw==, HSmrc0sMlYUkAGmm5OPpG2HaGWk=",
    })
    void shouldComputeTheAcceptOfAKey(final String key, final String accept) {
        assertThat(SecWebSocketKey.isValid(key)).isTrue();
        assertThat(SecWebSocketKey.accept(key)).isEqualTo(accept);
    }

    @Test
    void shouldGenerateKeysOf16BytesThatDiffer() {
        final SecureRandom random = new SecureRandom();
        final Set<String> keys = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            final String key = SecWebSocketKey.generate(random);
            assertThat(SecWebSocketKey.isValid(key)).isTrue();
            assertThat(Base64.getDecoder().decode(key)).hasSize(16);
            keys.add(key);
        }
        assertThat(keys).hasSize(1_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "==",
                "dGhlIHNhbXBsZSBub25jZQ",
                "dGhlIHNhbXBsZSBub25jZQ=",
                "dGhlIHNhbXBsZSBub25jZQ===",
                "dGhlIHNhbXBsZSBub25jZQ==x",
                "dGhlIHNhbXBsZSBub25j",
                "dGhlIHNhbXBsZSBub25jZWE=",
                "dGhlIHNhbXBsZSBub25jZWFh",
                "dGhlIHNhbXBsZSBub25j=Q==",
                "dGhlIHNhbXBsZSBub2-_ZQ==",
                "dGhlIHNhbXBsZSBub 5jZQ==",
                "dGhlIHNhbXBsZSBub\u00e45jZQ==",
            })
    void shouldRefuseWhatIsNot16Bytes(final String key) {
        assertThat(SecWebSocketKey.isValid(key)).isFalse();
    }
}
