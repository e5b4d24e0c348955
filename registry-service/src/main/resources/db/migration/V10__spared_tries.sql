-- Tries that do not count: a worker's disk was full, or what it needs was away, or a try before it
-- left a checkpoint. Until not_before nobody is given the job.
alter table job add column spared int not null default 0;
alter table job add column not_before timestamptz not null default now();
