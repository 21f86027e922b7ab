-- A customer's list is one value: it is loaded and read as it lies there, where four arrays were written and read number by number.
create function pack_list(item_keys int[], scores real[], sources smallint[], because int[]) returns bytea immutable language sql as $$
  select coalesce(string_agg(int4send(listed.item_key), '' order by listed.place), '')
      || coalesce(string_agg(int4send(listed.reason), '' order by listed.place), '')
      || coalesce(string_agg(float4send(listed.score), '' order by listed.place), '')
      || coalesce(string_agg(substr(int2send(listed.source), 2), '' order by listed.place), '')
  from unnest(item_keys, scores, sources, because) with ordinality as listed (item_key, score, source, reason, place)
$$;
-- One pass over each version: what goes is emptied in it, so that nothing of it is left lying in the rows.
alter table customer_lists
  alter column item_keys type bytea using pack_list(item_keys, scores, sources, because),
  alter column scores type real[] using '{}',
  alter column sources type smallint[] using '{}',
  alter column because type int[] using '{}';
drop function pack_list;
alter table customer_lists drop column scores, drop column sources, drop column because;
alter table customer_lists rename column item_keys to list;
-- Figures of such a kind do not get smaller by being compressed.
alter table customer_lists alter column list set storage external;
alter table customer_lists add constraint customer_lists_list_check check (length(list) % 13 = 0);
comment on column customer_lists.list is 'Of N items, best first: N keys and N keys of the items that speak for them (int4; 0: none), N scores (float4), N sources (one byte). The highest byte first.';
