package org.oml.registry.job;

import java.util.List;
import java.util.UUID;
import org.oml.registry.oversight.Dashboards;
import org.oml.servicekit.identity.Caller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What dashboards see and do of jobs. */
@RestController
@RequestMapping("/v1/jobs")
final class JobOversightEndpoints {

  private final JobOversight jobs;
  private final TrainingHistory history;
  private final Dashboards dashboards;

  JobOversightEndpoints(JobOversight jobs, TrainingHistory history, Dashboards dashboards) {
    this.jobs = jobs;
    this.history = history;
    this.dashboards = dashboards;
  }

  record JobList(List<JobRecord> jobs) {}

  record JobDetail(JobRecord job, List<TrainingHistory.Point> history) {}

  @GetMapping
  JobList all(Caller caller) {
    dashboards.require(caller);
    return new JobList(jobs.recent());
  }

  @GetMapping("/{jobId}")
  JobDetail one(Caller caller, @PathVariable UUID jobId) {
    dashboards.require(caller);
    return new JobDetail(jobs.get(jobId), history.of(jobId));
  }

  @PostMapping("/{jobId}/cancel")
  JobDetail cancel(Caller caller, @PathVariable UUID jobId) {
    dashboards.require(caller);
    jobs.cancel(jobId);
    return one(caller, jobId);
  }

  @PostMapping("/{jobId}/retry")
  JobDetail retry(Caller caller, @PathVariable UUID jobId) {
    dashboards.require(caller);
    jobs.retry(jobId);
    return one(caller, jobId);
  }
}
