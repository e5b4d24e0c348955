package org.oml.registry.connector;

import java.util.List;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.ProtocolHandler;
import org.springframework.boot.tomcat.TomcatConnectorCustomizer;
import org.springframework.boot.tomcat.TomcatProtocolHandlerCustomizer;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;

/** Lets as many connectors share the port as there are cores, up to {@value #MOST}. */
@Component
final class ConnectorForEachCore
    implements WebServerFactoryCustomizer<TomcatServletWebServerFactory>, Ordered {

  /** More would find the network full. */
  private static final int MOST = 4;

  /** After those that set what the connectors have in common. */
  @Override
  public int getOrder() {
    return LOWEST_PRECEDENCE;
  }

  @Override
  public void customize(TomcatServletWebServerFactory factory) {
    if (Ssl.isEnabled(factory.getSsl())) {
      // The kernel does not send files then, and the others would speak in the clear.
      return;
    }
    factory.setProtocol(SharedPort.class.getName());
    List<TomcatConnectorCustomizer> common = List.copyOf(factory.getConnectorCustomizers());
    List<TomcatProtocolHandlerCustomizer<?>> protocols =
        List.copyOf(factory.getProtocolHandlerCustomizers());
    int others = Math.min(Runtime.getRuntime().availableProcessors(), MOST) - 1;
    factory.addConnectorCustomizers(
        first -> {
          for (int i = 0; i < others; i++) {
            Connector other = new Connector(((SharedPort) first.getProtocolHandler()).beside());
            other.setThrowOnFailure(true);
            other.setPort(first.getPort());
            protocols.forEach(each -> apply(each, other.getProtocolHandler()));
            common.forEach(each -> each.customize(other));
            factory.addAdditionalConnectors(other);
          }
        });
  }

  /** The factory casts alike: a customizer is for the protocol that is set. */
  @SuppressWarnings("unchecked")
  private static <T extends ProtocolHandler> void apply(
      TomcatProtocolHandlerCustomizer<T> customizer, ProtocolHandler handler) {
    customizer.customize((T) handler);
  }
}
