-- An erased person's visitors are looked up in the log of lists that were shown to nobody by name.
create index on served_lists (visitor_key) where customer_key is null and visitor_key is not null;
