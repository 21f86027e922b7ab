-- The price that was asked, also while nobody bought: what a price does to sales is measured from it.
create table item_prices (
  item_key integer not null,
  since timestamptz not null,
  price numeric(18,6),
  constraint item_prices_pkey primary key (item_key, since),
  constraint item_prices_price_check check (price >= 0)
);
comment on table item_prices is 'Prices as the catalogue told them, a row for each change. Prices that only orders told are not here.';
comment on column item_prices.price is 'null: from then on it is not known.';
insert into item_prices (item_key, since, price)
select item_key, coalesce(updated_at, created_at), price from items where not provisional and price is not null;

alter table sales_effects add column prices jsonb default '[]' not null;
comment on column sales_effects.prices is 'What the price does, by channel, or why nothing is told of it.';
comment on column sales_effects.result is 'Effects of attributes as they are told, with what was left out.';
comment on column sales_effects.refusal is 'Why nothing is told of attributes. null: see result.';
