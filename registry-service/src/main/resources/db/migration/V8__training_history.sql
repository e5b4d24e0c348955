-- How a training went, as its workers told it, for a curve. Points grow sparser with time (the registry sees to it).
create table job_progress (
  job_id  uuid not null references job on delete cascade,
  at      timestamptz not null default now(),
  attempt int not null,
  step    text,
  share   double precision,
  loss    double precision,
  learnt  int
);
create index job_progress_by_job on job_progress (job_id, at);
