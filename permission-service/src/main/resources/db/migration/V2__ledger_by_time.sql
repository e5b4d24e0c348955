-- The ledger is cut by time of issue, so that what is written stays small however much is on record, and old parts can
-- be taken away. The service adds parts ahead of time and closes those whose time is over (docs/services.md).

-- A batch takes serials in a row, up to 4096 of them; what is not used stays a gap.
alter sequence permit_serial increment by 4096;

alter table permit rename to permit_as_it_was;

create table permit (
  query_hash         bytea  not null check (length(query_hash) = 32),
  host               bytea  not null check (length(host) = 20),
  model_id           bytea  not null check (length(model_id) = 32),
  instance_id        bytea  not null check (length(instance_id) = 32),
  terms_version      bigint not null,
  serial             bigint not null,
  issued_at          bigint not null,
  expires_at         bigint not null,
  price              numeric(39) not null,
  signature          bytea  not null check (length(signature) = 65),
  batch_first_serial bigint,
  batch_count        integer,
  check ((batch_first_serial is null) = (batch_count is null))
) partition by range (issued_at);

comment on table permit is 'Each permit that was answered. With batch_count, the signature is of the batch: its permits have the serials from batch_first_serial on. A host has one permit for a query hash, and any number of blank ones (query hash 0).';

create table permit_partition (
  name       text   primary key,
  from_time  bigint not null unique,
  until_time bigint not null check (until_time > from_time),
  closed_at  bigint,
  filter     bytea,
  check ((closed_at is null) = (filter is null))
);

comment on table permit_partition is 'The parts of permit. A closed one takes no more rows; its filter says which keys it may hold.';

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the part % of the ledger is closed', tg_table_name;
end $$;

-- Attached when it is complete, so that nobody who writes waits for it.
create function add_permit_partition(from_time bigint, until_time bigint) returns void language plpgsql as $$
declare
  part text := 'permit_' || from_time;
begin
  execute format('create table %I (like permit including constraints)', part);
  execute format(
    'create unique index on %I (query_hash, host) where query_hash <> decode(repeat(''00'', 32), ''hex'')', part);
  execute format('create index on %I (serial)', part);
  execute format('alter table permit attach partition %I for values from (%L) to (%L)', part, from_time, until_time);
  insert into permit_partition (name, from_time, until_time) values (part, from_time, until_time);
end $$;

-- Who calls it holds the part's lock, has read every row and made the filter of them.
create function close_permit_partition(part text, at bigint, keys bytea) returns void language plpgsql as $$
begin
  execute format(
    'create trigger closed before insert or update or delete on %I for each statement execute function refuse_change()',
    part);
  execute format(
    'create trigger closed_to_rows before insert or update or delete on %I for each row execute function refuse_change()',
    part);
  update permit_partition set closed_at = at, filter = keys where name = part;
end $$;

-- Takes a closed part out of the ledger and leaves it as a table of its own, to be archived and dropped.
create function detach_permit_partition(part text) returns void language plpgsql as $$
begin
  delete from permit_partition where name = part and closed_at is not null;
  if not found then
    raise exception '% is no closed part of the ledger', part;
  end if;
  execute format('alter table permit detach partition %I', part);
end $$;

do $$
begin
  if exists (select from permit_as_it_was) then
    perform add_permit_partition(
      (select min(issued_at) from permit_as_it_was), (select max(issued_at) + 1 from permit_as_it_was));
    insert into permit select * from permit_as_it_was;
  end if;
end $$;

drop table permit_as_it_was;

create table host_month (
  host     bytea not null check (length(host) = 20),
  model_id bytea not null check (length(model_id) = 32),
  month    integer not null,
  permits  bigint not null default 0,
  blanks   bigint not null default 0,
  charge   numeric(60) not null default 0,
  primary key (host, model_id, month)
);

comment on table host_month is 'Permits by host, model and month of issue (year times 100 plus month, UTC), counted in the transaction that records them; blanks are those of permits that are blank.';

insert into host_month (host, model_id, month, permits, charge)
select host, model_id, to_char(to_timestamp(issued_at) at time zone 'UTC', 'YYYYMM')::integer, count(*), sum(price)
from permit group by 1, 2, 3;

-- What a host last acknowledged, as it signed it.
alter table host_usage
  add acknowledged_permits bigint not null default 0,
  add acknowledged_charge  numeric(60) not null default 0,
  add acknowledged_at      bigint not null default 0,
  add acknowledgement      bytea check (length(acknowledgement) = 65);

create table blank_purchase (
  host         bytea   not null check (length(host) = 20),
  request_id   bytea   not null check (length(request_id) = 32),
  instance_id  bytea   not null check (length(instance_id) = 32),
  first_serial bigint  not null,
  count        integer not null,
  issued_at    bigint  not null,
  primary key (host, request_id)
);

comment on table blank_purchase is 'Each request for blank permits, so that the same one sold once is given again.';

create table permit_lookup (
  account      bytea  not null check (length(account) = 20),
  query_hash   bytea  not null check (length(query_hash) = 32),
  looked_up_at bigint not null,
  permits      integer not null,
  primary key (account, query_hash)
);

comment on table permit_lookup is 'Which prover first asked for which query hash, when, and how many permits it was shown.';

-- The service now reads a contract more; it reads the chain's events again from the first one on.
delete from chain_fact;
update chain_fact_version set version = version + 1;
do $$
begin
  if to_regclass('chain_cursor') is not null then
    delete from chain_block where reader = 'permission';
    delete from chain_cursor where reader = 'permission';
  end if;
end $$;
