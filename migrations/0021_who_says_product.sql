-- Who says whether an item is a product: the words of its code and title, the mapping of a file, or the catalogue, whose word
-- stands. Nobody: it is one.
alter table items add column is_product_by text check (is_product_by in ('words', 'mapping', 'catalogue'));
update items set is_product_by = 'mapping' where not is_product;

-- What is wrong with the values of a row that could not be read: field, value and what would be right.
alter table quarantine add column faults jsonb;
