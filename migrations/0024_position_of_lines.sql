-- Where on its list the item stood that was bought from it.
alter table order_lines add column position int check (position >= 1);
