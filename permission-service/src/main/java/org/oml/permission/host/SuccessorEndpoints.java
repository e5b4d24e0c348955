package org.oml.permission.host;

import java.util.List;
import java.util.Set;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.servicekit.identity.Caller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Provers say here whose keys run out, and hosts hear of it. */
@RestController
public final class SuccessorEndpoints {

  private final Successors successors;

  SuccessorEndpoints(Successors successors) {
    this.successors = successors;
  }

  record SuccessorsRequest(List<Bytes32> instanceIds) {

    /** An identifier that is null makes the body unreadable. */
    SuccessorsRequest {
      instanceIds = List.copyOf(instanceIds);
    }
  }

  record SuccessorsTaken(int instances) {}

  record WantedAnswer(Bytes32 modelId, Bytes32 instanceId, long since) {}

  record SuccessorsAnswer(List<WantedAnswer> wanted) {}

  @PutMapping("/v1/successors")
  SuccessorsTaken replace(@RequestBody SuccessorsRequest request, Caller caller) {
    Set<Bytes32> wanted = Set.copyOf(request.instanceIds());
    successors.replace(caller.address(), wanted);
    return new SuccessorsTaken(wanted.size());
  }

  @GetMapping("/v1/hosts/{host}/successors")
  SuccessorsAnswer wanted(@PathVariable String host, Caller caller) {
    return new SuccessorsAnswer(
        successors.of(caller.address(), Address.parse(host)).stream()
            .map(one -> new WantedAnswer(one.modelId(), one.instanceId(), one.since()))
            .toList());
  }
}
