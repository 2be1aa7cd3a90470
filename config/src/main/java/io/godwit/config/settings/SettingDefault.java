package io.godwit.config.settings;

import java.util.Optional;

/** What a key is where it is left out. */
sealed interface SettingDefault {

    /**
     * Gives the value.
     *
     * @param values of the table that leaves the key out
     * @return the value, or nothing where it follows from keys that are not readable
     */
    Optional<Object> in(TableValues values);

    /**
     * Tells it, as the shipped file does.
     *
     * @param type of the key
     * @return its TOML, or in words what it follows from
     */
    String told(SettingType type);

    /**
     * The same value always.
     *
     * @param value one that the type of the key allows
     */
    record Fixed(Object value) implements SettingDefault {
        @Override
        public Optional<Object> in(final TableValues values) {
            return Optional.of(value);
        }

        @Override
        public String told(final SettingType type) {
            return type.write(value);
        }
    }

    /**
     * What another key of the same table is.
     *
     * @param other of the same type
     */
    record SameAs(SettingKey other) implements SettingDefault {
        @Override
        public Optional<Object> in(final TableValues values) {
            return values.value(other);
        }

        @Override
        public String told(final SettingType type) {
            return "the same as " + other.id();
        }
    }

    /**
     * What an endpoint usually lets wait for a client, or its {@link OutboundNeed} if that is more.
     *
     * @param usual bytes
     */
    record Outbound(long usual) implements SettingDefault {
        @Override
        public Optional<Object> in(final TableValues values) {
            if (!OutboundNeed.isKnown(values)) {
                return Optional.empty();
            }
            final long message = values.whole(SettingKey.ENDPOINT_MESSAGE_BYTES_MAX);
            return Optional.of(Math.max(usual, OutboundNeed.of(values).forMessage(message)));
        }

        @Override
        public String told(final SettingType type) {
            return type.write(usual) + ", or what is needed at least, if that is more";
        }
    }
}
