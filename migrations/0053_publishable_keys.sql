alter table api_keys add column allowed_origins text[] not null default '{}';
alter table api_keys add column customer_secret text;
comment on column api_keys.allowed_origins is 'Of a publishable key: whose pages may ask with it from a browser, as browsers write an origin.';
comment on column api_keys.customer_secret is 'Of a publishable key: what the shop signs customer tokens with. Kept as it is, because it must be computed with. null: of a secret key, or older than this column.';
alter table api_keys drop constraint api_keys_scopes_check;
alter table api_keys add constraint api_keys_scopes_check check (scopes <@ array['events', 'lists', 'ingest', 'recommend', 'segments', 'coupons', 'indicators', 'train', 'view', 'customers', 'merchandise', 'admin']);

-- Where pages may ask from is as much a right as a scope.
drop trigger audit_update on api_keys;
create constraint trigger audit_update after update on api_keys deferrable initially deferred for each row
  when (old.name is distinct from new.name or old.scopes is distinct from new.scopes or old.revoked_at is distinct from new.revoked_at
    or old.allowed_origins is distinct from new.allowed_origins)
  execute function note_change('key', 'name scopes allowed_origins revoked_at', 'key_id');
drop trigger audit_insert on api_keys;
create constraint trigger audit_insert after insert on api_keys deferrable initially deferred for each row
  execute function note_change('key', 'name scopes allowed_origins revoked_at', 'key_id');
