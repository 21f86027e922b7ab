-- What the shop says of an attribute of customers: its type, and whether it tells of a single person. Of others the type is what is seen.
create table customer_attributes (
  name text collate "C" primary key,
  type text not null check (type in ('text', 'number', 'date', 'yes-no', 'list')),
  personal boolean not null default false,
  description text check (length(description) between 1 and 500),
  stated_at timestamptz not null,
  constraint customer_attributes_name_check check (length(name) between 1 and 64)
);
comment on table customer_attributes is 'Attributes of customers whose type the shop has stated.';
comment on column customer_attributes.personal is 'No value of it is shown as an example.';
create constraint trigger audit_insert after insert on customer_attributes deferrable initially deferred for each row
  execute function note_change('customer-attribute', 'type personal description', 'name');
create constraint trigger audit_update after update on customer_attributes deferrable initially deferred for each row
  when (old.type <> new.type or old.personal <> new.personal or old.description is distinct from new.description)
  execute function note_change('customer-attribute', 'type personal description', 'name');
create constraint trigger audit_delete after delete on customer_attributes deferrable initially deferred for each row
  execute function note_change('customer-attribute', 'type personal description', 'name');
