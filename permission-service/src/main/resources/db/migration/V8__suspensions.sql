-- Hosts that the community's admins suspended: no permit of theirs is recorded. Slashed ones are the chain's to tell.
create table suspension (
  host   bytea primary key check (length(host) = 20),
  reason text not null check (length(reason) between 1 and 500),
  since  bigint not null
);

comment on table suspension is 'Who holds a host''s lock alone suspends it: afterwards no permit of it is on its way. since is in seconds since 1970.';
