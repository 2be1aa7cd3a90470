package io.godwit.config.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** The signals of the process. The JDK's way to catch one is no official API: it is reached by reflection, and here alone. */
final class Signals {
    /** What became of the wish to catch a signal. */
    enum Catching {
        /** It is caught; or the process was started to ignore it, and still does. */
        CAUGHT,
        /** This JVM has no such API. It ends by itself when the signal comes, and runs its shutdown hooks. */
        NO_API,
        /** The JVM was told to leave it to the system (-Xrs), which kills the process: no hook runs. */
        LEFT_TO_SYSTEM
    }

    private Signals() {}

    /**
     * Runs an action whenever a signal comes, in place of what the JVM does then. A signal that the process was started to
     * ignore stays ignored.
     *
     * @param name without SIG; one of those by which the JVM ends: HUP, INT, TERM
     * @param action run by a new thread each time, also while it runs already
     * @return whether it is caught
     */
    static Catching handle(final String name, final Runnable action) {
        try {
            final Class<?> signal = Class.forName("sun.misc.Signal");
            final Class<?> handler = Class.forName("sun.misc.SignalHandler");
            final InvocationHandler calls = (proxy, method, arguments) -> switch (method.getName()) {
                case "handle" -> {
                    action.run();
                    yield null;
                }
                case "equals" -> proxy == arguments[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> name;
            };
            final Object proxy = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, calls);
            final Object caught = signal.getConstructor(String.class).newInstance(name);
            signal.getMethod("handle", signal, handler).invoke(null, caught, proxy);
            return Catching.CAUGHT;
        } catch (final InvocationTargetException refused) {
            if (refused.getCause() instanceof IllegalArgumentException) {
                return Catching.LEFT_TO_SYSTEM;
            }
            throw new IllegalStateException("SIG" + name + " cannot be caught", refused.getCause());
        } catch (final ReflectiveOperationException none) {
            return Catching.NO_API;
        }
    }
}
