-- Items are looked for by what stands anywhere in their texts. "C" lowers ASCII's letters only, on every database alike.
alter table items add column search_text text collate "C" generated always as (
  lower((item_id || ' ' || coalesce(title, '') || ' ' || coalesce(brand, '') || ' ' || coalesce(category, '')) collate "C")) stored;
comment on column items.search_text is 'What a search looks for words in: id, title, brand and category, with ASCII''s letters in lower case.';
