create index item_prices_since_idx on item_prices (since);
