-- The nodes of an epoch's permit tree over a thousand permits each: a proof needs those, and the permits below one of
-- them. Epochs that were cut before have theirs when they are first asked for.

create table epoch_node (
  model_id     bytea   not null check (length(model_id) = 32),
  epoch        bigint  not null,
  place        integer not null check (place >= 0),
  first_serial bigint  not null,
  last_serial  bigint  not null check (last_serial >= first_serial),
  node         bytea   not null check (length(node) = 32),
  primary key (model_id, epoch, place),
  foreign key (model_id, epoch) references epoch (model_id, number)
);

comment on table epoch_node is 'Of each 1024 permits of an epoch, in the order of their serials: the node over them, in the order of the tree.';
