-- A line that cost nothing in an order with others, at a list price or with a coupon is a sold line.
alter table order_lines drop constraint order_lines_unit_price_check, add check (unit_price >= 0);

-- When the order was that a provisional item's title and price are from: each is the latest told, whatever came in first.
alter table items add column titled_at timestamptz, add column priced_at timestamptz;
update items set titled_at = case when title is not null then updated_at end, priced_at = case when price is not null then updated_at end
where provisional;

-- Who was erased, by a hash whose key is made here and never leaves the database: facts of before are refused, and an objection to
-- profiling is remembered for a person who comes back under the same id.
create table erasure_key (
  singleton boolean primary key default true check (singleton),
  key bytea not null
);
insert into erasure_key (key) values (sha256(convert_to(concat(gen_random_uuid(), gen_random_uuid()), 'UTF8')));

create function erasure_hash(kind text, id text) returns bytea language sql stable strict parallel safe as $$
  select sha256(secret.key || sha256(secret.key || convert_to(kind || ' ' || id, 'UTF8'))) from erasure_key as secret
$$;

create table erased_people (
  person_hash bytea primary key,
  erased_at timestamptz not null,
  profiling_allowed boolean not null
);

create function keep_objection() returns trigger language plpgsql as $$
begin
  if exists (
    select from erased_people as erased
    where erased.person_hash = erasure_hash('customer', new.customer_id) and not erased.profiling_allowed)
  then
    new.profiling_allowed := false;
  end if;
  return new;
end $$;
create trigger keep_objection before insert on customers for each row execute function keep_objection();
