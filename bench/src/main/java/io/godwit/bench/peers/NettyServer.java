package io.godwit.bench.peers;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.ChannelMatchers;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * Netty, with the pipeline of its WebSocket server example, and what its guides say on speed: the native transport where
 * there is one, an event loop for each processor (here one), frames passed on without a copy, a flush when all that was read
 * has been handled rather than for each message, and the void promise where nobody looks at the outcome of a write. The
 * allocator is the default. Text is validated by the default too, and never becomes a String.
 */
final class NettyServer implements PeerServer {

    private static final int REQUEST_BYTES_MAX = 65_536;

    private final EventLoopGroup group;
    private final Channel listening;

    /**
     * Starts it.
     *
     * @param service what to do
     * @param isNative whether on epoll rather than on NIO
     * @throws InterruptedException if the thread is interrupted
     */
    NettyServer(final Service service, final boolean isNative) throws InterruptedException {
        group = new MultiThreadIoEventLoopGroup(1, isNative ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        final Class<? extends ServerChannel> type =
                isNative ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        final ChannelGroup subscribers = new DefaultChannelGroup(group.next());
        listening = new ServerBootstrap()
                .group(group)
                .channel(type)
                .option(ChannelOption.SO_BACKLOG, Service.BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new Pipeline(service, subscribers))
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
    }

    @Override
    public int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    @Override
    public void close() {
        listening.close();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static final class Pipeline extends ChannelInitializer<Channel> {
        private final boolean isBroadcast;
        private final ChannelGroup subscribers;
        private final WebSocketServerProtocolConfig config = WebSocketServerProtocolConfig.newBuilder()
                .websocketPath(PATH)
                .allowExtensions(false)
                .maxFramePayloadLength(Service.MESSAGE_BYTES_MAX)
                .build();

        private Pipeline(final Service service, final ChannelGroup subscribers) {
            isBroadcast = service.isBroadcast();
            this.subscribers = subscribers;
        }

        @Override
        protected void initChannel(final Channel channel) {
            channel.pipeline()
                    .addLast(new HttpServerCodec())
                    .addLast(new HttpObjectAggregator(REQUEST_BYTES_MAX))
                    .addLast(new WebSocketServerProtocolHandler(config))
                    .addLast(isBroadcast ? new ToAll(subscribers) : new Echo());
        }
    }

    /** Sends each frame back, and flushes once for all that one read has brought. */
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(final ChannelHandlerContext context, final Object message) {
            context.write(message, context.voidPromise());
        }

        @Override
        public void channelReadComplete(final ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
            context.close();
        }
    }

    /** Sends each frame to the group, which shares its bytes. */
    private static final class ToAll extends ChannelInboundHandlerAdapter {
        private final ChannelGroup subscribers;

        private ToAll(final ChannelGroup subscribers) {
            this.subscribers = subscribers;
        }

        @Override
        public void userEventTriggered(final ChannelHandlerContext context, final Object event) {
            if (event instanceof WebSocketServerProtocolHandler.HandshakeComplete) {
                subscribers.add(context.channel());
            }
        }

        @Override
        public void channelRead(final ChannelHandlerContext context, final Object message) {
            subscribers.writeAndFlush(message, ChannelMatchers.all(), true);
        }

        @Override
        public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
            context.close();
        }
    }
}
