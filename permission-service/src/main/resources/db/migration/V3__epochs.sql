-- Permits are settled in epochs (docs/protocol.md). An epoch is closed when no permit of its time can be recorded any
-- more; then it is posted, and then its charges are settled (docs/services.md).

create table epoch_fence (
  until_time bigint not null,
  cut_until  bigint not null,
  check (cut_until <= until_time)
);

comment on table epoch_fence is 'One row. No permit issued before until_time is recorded any more; epochs are cut up to cut_until.';

insert into epoch_fence values (0, 0);

create table epoch (
  model_id         bytea   not null check (length(model_id) = 32),
  number           bigint  not null check (number >= 1),
  from_time        bigint  not null,
  until_time       bigint  not null check (until_time > from_time),
  permit_root      bytea   not null check (length(permit_root) = 32),
  charge_head      bytea   not null check (length(charge_head) = 32),
  count            bigint  not null check (count >= 0),
  total            numeric(39) not null check (total >= 0),
  charges          integer not null check (charges >= 0),
  closed_at        bigint  not null,
  state            text    not null check (state in ('CLOSED', 'POSTED', 'CHARGED')),
  settled          integer not null default 0 check (settled between 0 and charges),
  attempt          integer not null default 0,
  posted_at        bigint,
  post_transaction bytea check (length(post_transaction) = 32),
  primary key (model_id, number),
  unique (model_id, until_time),
  check ((state = 'CLOSED') = (posted_at is null)),
  check (state <> 'CHARGED' or settled = charges)
);

comment on table epoch is 'Each epoch as it was cut. POSTED: in a final block of the chain; settled: how many charges are. attempt counts transactions that failed.';

create index epoch_open on epoch (model_id, number) where state <> 'CHARGED';

create table epoch_charge (
  model_id bytea   not null check (length(model_id) = 32),
  epoch    bigint  not null,
  place    integer not null check (place >= 0),
  host     bytea   not null check (length(host) = 20),
  permits  bigint  not null,
  amount   numeric(39) not null,
  primary key (model_id, epoch, place),
  foreign key (model_id, epoch) references epoch (model_id, number)
);

comment on table epoch_charge is 'What each host pays for an epoch, in the order in which it is settled.';

-- Small, and enough to find an epoch's time in a part: permits are stored nearly in the order of their issue.
create index permit_issued_at on permit using brin (issued_at) with (autosummarize = on);

-- The service now reads more events; it reads the chain again from the first one on.
delete from chain_fact;
update chain_fact_version set version = version + 1;
do $$
begin
  if to_regclass('chain_cursor') is not null then
    delete from chain_block where reader = 'permission';
    delete from chain_cursor where reader = 'permission';
  end if;
end $$;

-- Up to where a host's acknowledgement was carried onto the chain, or could not be.
alter table host_usage add carried_at bigint not null default 0;
