-- A row that was refused, and is taken in later, is no news to what was told since.
alter table items add column told_at timestamptz;
comment on column items.told_at is 'When the catalogue''s last word came in. null: before that was kept, or it has not spoken yet.';
alter table customers add column told_at timestamptz;
comment on column customers.told_at is 'When the last word on the customer came in. null: before that was kept, or there was none.';
