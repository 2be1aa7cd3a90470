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
     * Half of what another key of the same table is, at least 1.
     *
     * @param other a whole number
     */
    record HalfOf(SettingKey other) implements SettingDefault {
        @Override
        public Optional<Object> in(final TableValues values) {
            return values.reads(other) ? Optional.of(Math.max(1, values.whole(other) / 2)) : Optional.empty();
        }

        @Override
        public String told(final SettingType type) {
            return "half of " + other.id() + ", at least 1";
        }
    }

    /**
     * What the machine suggests, and the shipped file cannot know.
     *
     * @param value one that the type of the key allows
     * @param words what it follows from
     */
    record OfTheMachine(Object value, String words) implements SettingDefault {
        @Override
        public Optional<Object> in(final TableValues values) {
            return Optional.of(value);
        }

        @Override
        public String told(final SettingType type) {
            return words;
        }
    }

    /**
     * What a loop usually may hold, or its {@link BudgetNeed} if that is more. The server fits it to the heap.
     *
     * @param usual bytes
     */
    record Budget(long usual) implements SettingDefault {
        @Override
        public Optional<Object> in(final TableValues values) {
            return Optional.of(Math.max(usual, BudgetNeed.of(values.file())));
        }

        @Override
        public String told(final SettingType type) {
            return type.write(usual)
                    + ", or four times the longest message-bytes-max, if that is more; and less if the heap"
                    + " has no room for it";
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
            final long message = values.whole(EndpointKey.MESSAGE_BYTES_MAX);
            return Optional.of(Math.max(usual, OutboundNeed.of(values).forMessage(message)));
        }

        @Override
        public String told(final SettingType type) {
            return type.write(usual) + ", or what is needed at least, if that is more";
        }
    }
}
