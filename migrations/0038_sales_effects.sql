-- Which attributes of goods sell, category by category: made anew every night.
create table sales_effects (
  place int not null,
  category text collate "C" not null,
  items int not null,
  units double precision not null,
  refusal text,
  result jsonb,
  made_at timestamptz not null default clock_timestamp(),
  constraint sales_effects_pkey primary key (place),
  constraint sales_effects_category_key unique (category),
  constraint sales_effects_refusal_check check ((refusal is null) <> (result is null))
);
comment on table sales_effects is 'What attributes and prices do to the sales of the goods of each category.';
comment on column sales_effects.place is 'From 1, the most units sold first.';
comment on column sales_effects.category is 'Empty: goods without one.';
comment on column sales_effects.refusal is 'Why nothing is told. null: see result.';
comment on column sales_effects.result is 'Effects of attributes and price as they are told, with what was left out.';
