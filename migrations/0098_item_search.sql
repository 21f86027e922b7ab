-- Items that fit a query best are those whose id or title begins with it; lists by title go by the same letters.
create index items_folded_id_idx on items (lower(item_id), item_id);
create index items_folded_title_idx on items (left(lower(title collate "C"), 64), item_id);
