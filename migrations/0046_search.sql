-- Customers are looked for by what their id begins with, without regard to its case.
create index customers_folded_id_idx on customers (lower(customer_id), customer_id);
