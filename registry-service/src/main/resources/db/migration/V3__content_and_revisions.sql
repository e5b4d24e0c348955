-- Every file of the store. Whoever refers to one holds its row meanwhile; so does whoever removes one.
create table blob (
  sha256 bytea primary key,
  size bigint not null,
  used_at timestamptz not null default now()
);
create index blob_unused on blob (used_at);

-- What a model's owner has sent, whole. A hash alone is no proof of having a file, so this is by model.
create table model_blob (
  model_id bytea not null,
  sha256 bytea not null,
  size bigint not null,
  account bytea not null,
  uploaded_at timestamptz not null default now(),
  primary key (model_id, sha256)
);
create index model_blob_by_content on model_blob (sha256);
create index model_blob_by_account on model_blob (account);

-- What is on its way; the bytes so far are in the staging directory.
create table upload (
  model_id bytea not null,
  sha256 bytea not null,
  size bigint not null,
  account bytea not null,
  touched_at timestamptz not null default now(),
  primary key (model_id, sha256)
);
create index upload_by_account on upload (account);

-- A manifest of a model that was published. It never changes; aliases move.
create table revision (
  model_id bytea not null references model,
  commit text not null,
  manifest bytea not null,
  published_at timestamptz not null default now(),
  primary key (model_id, commit)
);
create index revision_by_content on revision (sha256(manifest));
create table revision_file (
  model_id bytea not null,
  commit text not null,
  sha256 bytea not null,
  primary key (model_id, commit, sha256),
  foreign key (model_id, commit) references revision
);
create table alias (
  model_id bytea not null,
  name text not null,
  commit text not null,
  moved_at timestamptz not null default now(),
  primary key (model_id, name),
  foreign key (model_id, commit) references revision
);

create index instance_file_by_content on instance_file (sha256);
create index instance_by_content on instance (sha256(manifest)) where manifest is not null;

insert into model_blob (model_id, sha256, size, account, uploaded_at)
  select f.model_id, f.sha256, max(f.size), m.owner, max(f.uploaded_at)
  from model_file f join model m on m.model_id = f.model_id
  group by f.model_id, f.sha256, m.owner;
insert into revision (model_id, commit, manifest, published_at)
  select model_id, substr(encode(base_manifest_hash, 'hex'), 1, 40), manifest, published_at from model;
insert into revision_file (model_id, commit, sha256)
  select distinct m.model_id, substr(encode(m.base_manifest_hash, 'hex'), 1, 40), f.sha256
  from model m join model_file f on f.model_id = m.model_id;
insert into alias (model_id, name, commit, moved_at)
  select model_id, 'main', substr(encode(base_manifest_hash, 'hex'), 1, 40), published_at from model;
insert into blob (sha256, size)
  select sha256, size from model_file
  union select sha256, size from instance_file
  union select sha256(manifest), octet_length(manifest) from model
  union select sha256(manifest), octet_length(manifest) from instance where manifest is not null
  on conflict do nothing;
drop table model_file;
