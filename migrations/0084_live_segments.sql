-- Rule segments whose members follow facts as they come in, and what the nights found when they looked again.
alter table defined_segments
  add column live boolean not null default false,
  add column followed_until timestamptz,
  add column reconciled_at timestamptz,
  add column corrected integer,
  add constraint defined_segments_live_check check (not live or definition is not null and followed_until is not null);
comment on column defined_segments.live is 'Members follow facts as they come in.';
comment on column defined_segments.followed_until is 'Of a live one: the moment up to which passing time has been heeded. null: is not live.';
comment on column defined_segments.reconciled_at is 'Of a live one: when its members were last found anew as a whole. null: not since it was made.';
comment on column defined_segments.corrected is 'How many members were then not as they should have been. null: not looked yet.';
