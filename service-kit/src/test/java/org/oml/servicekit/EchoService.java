package org.oml.servicekit;

import java.math.BigInteger;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.servicekit.identity.Caller;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The smallest service that uses all of the kit. */
@SpringBootApplication
class EchoService {

  @RestController
  static final class Calls {

    private final JdbcClient database;

    Calls(JdbcClient database) {
      this.database = database;
    }

    record Said(
        Bytes32 hash, Address who, BigInteger amount, int count, @Nullable String comment) {}

    @PostMapping("/echo")
    Said echo(@RequestBody Said said) {
      return said;
    }

    @GetMapping("/me")
    Caller me(Caller caller) {
      return caller;
    }

    @PostMapping("/mine")
    Said mine(@RequestBody Said said, Caller caller) {
      return said;
    }

    @PutMapping("/streams/one")
    Map<String, Integer> stream(java.io.InputStream body) throws java.io.IOException {
      return Map.of("bytes", body.readAllBytes().length);
    }

    @GetMapping("/count")
    Map<String, Integer> count(@RequestParam int limit) {
      return Map.of("count", limit);
    }

    @GetMapping("/secret")
    int secret() {
      return Integer.parseInt("swordfish");
    }

    @GetMapping("/now")
    Map<String, Integer> now() {
      return Map.of("one", database.sql("select 1").query(Integer.class).single());
    }
  }
}
