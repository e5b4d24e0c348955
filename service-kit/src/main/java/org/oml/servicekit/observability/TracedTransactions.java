package org.oml.servicekit.observability;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.span.Lasting;
import org.oml.protocol.span.Traces;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;

/** Makes a span of each database transaction that somebody's request or task needs. */
final class TracedTransactions implements TransactionExecutionListener {

  private final Map<TransactionExecution, Lasting> open = new ConcurrentHashMap<>();

  @Override
  public void beforeBegin(TransactionExecution transaction) {
    Lasting span = Traces.lasting("database transaction");
    if (span != null) {
      open.put(transaction, span);
    }
  }

  @Override
  public void afterBegin(TransactionExecution transaction, @Nullable Throwable failure) {
    if (failure != null) {
      end(transaction, false);
    }
  }

  @Override
  public void afterCommit(TransactionExecution transaction, @Nullable Throwable failure) {
    end(transaction, failure == null);
  }

  @Override
  public void afterRollback(TransactionExecution transaction, @Nullable Throwable failure) {
    end(transaction, false);
  }

  private void end(TransactionExecution transaction, boolean well) {
    Lasting span = open.remove(transaction);
    if (span != null) {
      span.ended(well);
    }
  }
}
