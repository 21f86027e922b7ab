-- What the shop's facts are told in: written once, at the first start.
create table shop (
  shop_key int primary key default 1 check (shop_key = 1),
  currency text check (currency ~ '^[A-Z]{3}$'),
  minor_digits int check (minor_digits between 0 and 4),
  time_zone text,
  settled_at timestamptz
);

-- Earlier versions asked Node for the digits, and its versions differ: facts that are here tell which they were stored with.
insert into shop (minor_digits)
select (
  select digits
  from (select unit_price * quantity as price, amount_minor from order_lines where amount_minor > 0 order by order_key desc limit 10000) lines,
    generate_series(0, 4) digits
  where round(price * power(10::numeric, digits)) = amount_minor
  group by digits order by count(*) desc, digits limit 1
);
