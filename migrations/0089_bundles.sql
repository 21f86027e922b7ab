-- A campaign may be for a bundle of goods, which a cart must hold whole; those of before are for none.
alter table campaign_terms add column bundle text[] collate "C" default '{}' not null;
comment on column campaign_terms.bundle is
  'Ids of items that a cart must hold all of, and whose whole sets the discount is for; empty: it is for no bundle.';
