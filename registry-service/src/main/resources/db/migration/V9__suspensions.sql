-- Hosts that the community's admins suspended: they download nothing and get no new instance.
create table suspension (
  host   bytea primary key check (length(host) = 20),
  reason text not null check (length(reason) between 1 and 500),
  since  timestamptz not null default now()
);
