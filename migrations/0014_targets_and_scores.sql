-- Campaigns aimed at segments; and what decisions score customers by where a model of response is in use.

alter table campaigns add column target_segments text[] not null default '{}';

-- In minor units: the least expected gain that still gets a coupon. null: decisions do not use the model.
alter table campaign_responses add column least_score double precision;

-- What is known of each customer as of the last night: the features of the models of response, the mean of an order and of
-- its margin in minor units.
create table response_features (
  customer_key int primary key,
  features double precision[] not null,
  order_minor double precision not null,
  margin_minor double precision not null
);
