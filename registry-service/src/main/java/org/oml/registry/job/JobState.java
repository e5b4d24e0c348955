package org.oml.registry.job;

/** What is done about a job. */
enum JobState {
  QUEUED,
  LEASED,
  DONE,
  FAILED
}
