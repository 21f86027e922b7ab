-- Declared attributes that the night learns from behaviour, and what is likely of those who have not declared them.
create table predicted_attributes (
  name text collate "C" not null,
  training_run_id bigint not null,
  as_of timestamptz not null,
  refusal text,
  declared integer not null,
  labels text[] not null,
  label_customers integer[] not null,
  features text[] not null,
  judgement jsonb,
  constraint predicted_attributes_pkey primary key (name),
  constraint predicted_attributes_labels_beside_customers check (cardinality(labels) = cardinality(label_customers)),
  constraint predicted_attributes_refused_without_labels check ((refusal is null) = (cardinality(labels) > 0))
);
create index predicted_attributes_training_run_id_idx on predicted_attributes (training_run_id);
comment on table predicted_attributes is 'Declared attributes that the last whole run has learnt from behaviour, or why it did not.';
comment on column predicted_attributes.refusal is 'Why nothing is said of anybody. null: something is.';
comment on column predicted_attributes.declared is 'Customers who have declared one of its values.';
comment on column predicted_attributes.label_customers is 'Who has declared each of the labels.';
comment on column predicted_attributes.judgement is 'How the probabilities of customers held out came true. null: too few have declared it.';

create table predicted_labels (
  customer_key integer not null,
  name text collate "C" not null,
  probabilities real[] not null,
  reason_features smallint[] not null,
  reason_weights real[] not null,
  constraint predicted_labels_pkey primary key (customer_key, name)
);
comment on table predicted_labels is 'Probabilities of the labels of an attribute for a customer who has not declared it. Never a fact; made anew by every whole run.';
comment on column predicted_labels.probabilities is 'In the order of the attribute''s labels; they add up to 1.';
comment on column predicted_labels.reason_features is 'What speaks most for or against the likeliest: places among the attribute''s features, from 1 on.';
comment on column predicted_labels.reason_weights is 'What each adds to the logarithm of the odds.';
