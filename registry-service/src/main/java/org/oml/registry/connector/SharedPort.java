package org.oml.registry.connector;

import java.nio.channels.ClosedChannelException;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SocketChannel;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioEndpoint;
import org.jspecify.annotations.Nullable;

/** HTTP/1.1 on a port whose connections other connectors accept too. */
public final class SharedPort extends Http11NioProtocol {

  private final Listening listening;

  /** Tomcat makes it by its name. */
  public SharedPort() {
    this(new Listening());
  }

  private SharedPort(Listening listening) {
    super(listening);
    this.listening = listening;
  }

  /** Another protocol on this port, with threads of its own; this one is to be started first. */
  Http11NioProtocol beside() {
    return new Http11NioProtocol(new Beside(listening));
  }

  /** Opens the port and closes it. */
  private static final class Listening extends NioEndpoint {

    private final Object accepting = new Object();

    /** Waits for a connection; who waits here in vain leaves when the port is closed. */
    SocketChannel accept() throws Exception {
      synchronized (accepting) {
        if (getServerSocket() == null) {
          throw new ClosedChannelException();
        }
        return super.serverSocketAccept();
      }
    }

    @Nullable NetworkChannel port() {
      return getServerSocket();
    }

    @Override
    protected SocketChannel serverSocketAccept() throws Exception {
      return accept();
    }
  }

  /** Has no port of its own. */
  private static final class Beside extends NioEndpoint {

    private final Listening listening;

    Beside(Listening listening) {
      this.listening = listening;
    }

    @Override
    protected void initServerSocket() {
      // The port is open.
    }

    @Override
    protected void doCloseServerSocket() {
      // It is not this one's to close.
    }

    @Override
    protected @Nullable NetworkChannel getServerSocket() {
      return listening.port();
    }

    @Override
    protected SocketChannel serverSocketAccept() throws Exception {
      return listening.accept();
    }
  }
}
