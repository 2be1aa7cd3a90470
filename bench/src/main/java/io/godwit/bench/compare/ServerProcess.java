package io.godwit.bench.compare;

import io.godwit.bench.peers.Peer;
import io.godwit.bench.peers.PeerProcess;
import io.godwit.bench.peers.Service;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A server in a process of its own, from its first line to its end. For one thread. */
final class ServerProcess implements AutoCloseable {

    private static final long ANSWER_SECONDS_MAX = 60;
    private static final long END_SECONDS_MAX = 10;

    private final Process process;
    private final Path log;
    private final BufferedReader out;
    private final Writer in;
    private final int port;

    private ServerProcess(final Process process, final Path log) throws IOException {
        this.process = process;
        this.log = log;
        out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        in = process.outputWriter(StandardCharsets.US_ASCII);
        port = Integer.parseInt(await(PeerProcess.LISTENING));
    }

    /**
     * Starts one.
     *
     * @param peer which
     * @param service what it has to do
     * @param cpus where it may run
     * @param log takes what it says of itself
     * @return the server, which listens
     * @throws IOException if it does not come to that
     */
    static ServerProcess start(final Peer peer, final Service service, final String cpus, final Path log)
            throws IOException {
        final List<String> args = List.of(
                peer.key(),
                Integer.toString(service.payloadBytes()),
                service.isText() ? "text" : "binary",
                service.isBroadcast() ? "broadcast" : "echo");
        final Process process = new ProcessBuilder(JavaProcess.command(cpus, PeerProcess.class, args))
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        try {
            return new ServerProcess(process, log);
        } catch (final IOException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** {@return its port, on 127.0.0.1} */
    int port() {
        return port;
    }

    /** {@return its process's id} */
    long pid() {
        return process.pid();
    }

    /**
     * Asks for its memory, which it collects first.
     *
     * @return the bytes in use on the heap
     * @throws IOException if it does not answer
     */
    long heapBytes() throws IOException {
        return Long.parseLong(ask(PeerProcess.HEAP));
    }

    /**
     * Asks what it runs on.
     *
     * @return JDK, collector and processors
     * @throws IOException if it does not answer
     */
    String about() throws IOException {
        return ask(PeerProcess.ABOUT);
    }

    private String ask(final String question) throws IOException {
        in.write(question + "\n");
        in.flush();
        return await(question + " ");
    }

    /** Reads up to the line that begins so; what a server prints of its own is skipped. */
    private String await(final String prefix) throws IOException {
        final CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> find(prefix));
        try {
            return answer.get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (final TimeoutException e) {
            throw new IOException("the server says nothing", e);
        } catch (final ExecutionException e) {
            throw new IOException("the server has ended; " + log + " says why", e.getCause());
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private String find(final String prefix) {
        try {
            String line = out.readLine();
            while (line != null && !line.startsWith(prefix)) {
                line = out.readLine();
            }
            if (line == null) {
                throw new IOException("its output has ended");
            }
            return line.substring(prefix.length());
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            in.close();
            if (!process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (final IOException e) {
            process.destroyForcibly();
        } catch (final InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
