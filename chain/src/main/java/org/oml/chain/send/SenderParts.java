package org.oml.chain.send;

import java.time.InstantSource;
import org.oml.chain.ChainClient;
import org.oml.chain.ChainSettings;
import org.oml.chain.RecordedChain;
import org.oml.protocol.Address;
import org.springframework.transaction.support.TransactionTemplate;

/** What every step of a sender works with. */
record SenderParts(
    ChainClient client,
    RecordedChain chain,
    IntentStore intents,
    AttemptStore attempts,
    NonceStore nonces,
    TransactionTemplate transactions,
    Signer signer,
    ChainSettings settings,
    SenderLimits limits,
    SenderCounters counters,
    IntentTraces traces,
    InstantSource clock) {

  Address account() {
    return signer.account();
  }
}
