-- What decides above campaigns has a name and versions: proposed, published, and taken back.
create table policies (
  policy_id text collate "C" not null,
  published_version integer,
  is_default boolean default false not null,
  constraint policies_pkey primary key (policy_id)
);
comment on table policies is 'What decides who of those that a campaign aims at gets its coupon, by name.';
comment on column policies.published_version is 'The version that decides; null: it is only proposed yet.';
comment on column policies.is_default is 'Whether it decides for campaigns that name none.';
create unique index policies_one_default on policies (is_default) where is_default;

create table policy_versions (
  version_key integer generated always as identity,
  policy_id text collate "C" not null,
  version integer not null,
  content jsonb not null,
  note text,
  proposed_at timestamptz default clock_timestamp() not null,
  constraint policy_versions_pkey primary key (version_key),
  constraint policy_versions_policy_id_version_key unique (policy_id, version),
  constraint policy_versions_policy_id_fkey foreign key (policy_id) references policies,
  constraint policy_versions_version_check check (version > 0)
);
comment on table policy_versions is 'What a policy says and said; a version never changes, so that decisions by it can be made again.';
comment on column policy_versions.content is 'By what it decides, with its thresholds or rules; money in minor units.';

create table policy_publications (
  publication_key integer generated always as identity,
  policy_id text collate "C" not null,
  version integer not null,
  reason text not null,
  published_at timestamptz default clock_timestamp() not null,
  constraint policy_publications_pkey primary key (publication_key),
  constraint policy_publications_version_fkey foreign key (policy_id, version) references policy_versions (policy_id, version),
  constraint policy_publications_reason_check check (reason in ('publish', 'rollback'))
);
comment on table policy_publications is 'When which version of a policy began to decide; append-only.';
create index policy_publications_policy_id_idx on policy_publications (policy_id, publication_key);

insert into policies (policy_id) values ('by-cause'), ('everyone'), ('first-order'), ('uplift'), ('largest-incremental-margin');
insert into policy_versions (policy_id, version, content) values
  ('by-cause', 1, '{"kind": "by-cause", "lapsingRecencyScore": {"high-value": 3, "high-quality": 2}, "weakPurse": 0.75, "discountProne": 0.5}'),
  ('everyone', 1, '{"kind": "everyone"}'),
  ('first-order', 1, '{"kind": "first-order"}'),
  ('uplift', 1, '{"kind": "uplift", "leastUplift": 0}'),
  ('largest-incremental-margin', 1, '{"kind": "largest-incremental-margin", "leastMarginMinor": 0}');
insert into policy_publications (policy_id, version, reason) select policy_id, 1, 'publish' from policies;
update policies set published_version = 1, is_default = policy_id = 'by-cause';
alter table policies add constraint policies_published_version_fkey
  foreign key (policy_id, published_version) references policy_versions (policy_id, version);
alter table policies add constraint policies_default_is_published check (not is_default or published_version is not null);

create constraint trigger audit_insert after insert on policy_versions deferrable initially deferred for each row
  execute function note_change('policy', 'version content note', 'policy_id');
create constraint trigger audit_update after update on policies deferrable initially deferred for each row
  when (old.published_version is distinct from new.published_version or old.is_default <> new.is_default)
  execute function note_change('policy', 'published_version is_default', 'policy_id');

-- A campaign names a policy, or follows the shop's default; those of before name what they were decided by.
alter table campaign_terms drop constraint campaign_terms_policy_check;
alter table campaign_terms alter column policy drop default, alter column policy drop not null,
  alter column policy type text collate "C";
alter table campaign_terms add constraint campaign_terms_policy_fkey foreign key (policy) references policies;
comment on column campaign_terms.policy is 'What decides who of those it aims at gets a coupon; null: the default of the shop.';

alter table campaign_sets add column policy_keys integer[], add column causes_key integer;
comment on column campaign_sets.policy_keys is 'The version of the policy of each of the terms; null: from before there were versions.';
comment on column campaign_sets.causes_key is 'The version of by-cause that what customers need was judged by.';
