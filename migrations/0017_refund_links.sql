-- Refunds by the API were told wrongly what is left of an order's lines: a line's refunds counted for other lines of the order
-- and not for itself. Where the stored links are not those that the refunds should have got, they are made anew in the order of
-- the refunds' times; a refund that then wants more than is left goes to quarantine. An order with one refund is never wrong.
--
-- A refund of a file undoes sale lines of its customer, item and price wherever they are. Its links stay as far as they fit, the
-- rest goes to the latest earlier sales that have something left, and what finds none is told as unlinked.

create temporary table suspect_orders on commit drop as
select link.order_key from refund_links as link join refunds on refunds.refund_key = link.refund_key
group by link.order_key having count(distinct link.refund_key) > 1 and bool_or(refunds.import_id is null);

create temporary table left_lines (
  order_key bigint, line_number int, item_key int, customer_key int, unit_price numeric, sold_at timestamptz,
  quantity numeric, amount_minor numeric, primary key (order_key, line_number)) on commit drop;
create index on left_lines (customer_key, item_key, unit_price);
create temporary table replayed_lines (refund_key bigint, line_number int, item_key int, quantity numeric) on commit drop;
create temporary table replayed_links (
  refund_key bigint, line_number int, order_key bigint, order_line_number int, quantity numeric, amount_minor bigint) on commit drop;
create temporary table unlinked_lines (refund_key bigint, line_number int, quantity numeric) on commit drop;
create temporary table refused_refunds (refund_key bigint, line_number int, order_key bigint, is_whole boolean) on commit drop;

-- Takes from a sale line; a part is its proportion of what is left of the amount. Gives what it could take.
create function pg_temp.take(
  the_refund bigint, the_line int, the_order bigint, the_order_line int, wanted numeric) returns numeric language plpgsql as $$
declare
  line left_lines;
  taken numeric;
  share bigint;
begin
  select * into line from left_lines where left_lines.order_key = the_order and left_lines.line_number = the_order_line;
  taken := least(wanted, line.quantity);
  if taken is null or taken <= 0 then return 0; end if;
  share := round(line.amount_minor * taken / line.quantity);
  update left_lines set quantity = left_lines.quantity - taken, amount_minor = left_lines.amount_minor - share
    where left_lines.order_key = the_order and left_lines.line_number = the_order_line;
  update replayed_links set quantity = replayed_links.quantity + taken, amount_minor = replayed_links.amount_minor + share
    where replayed_links.refund_key = the_refund and replayed_links.line_number = the_line
      and replayed_links.order_key = the_order and replayed_links.order_line_number = the_order_line;
  if not found then
    insert into replayed_links values (the_refund, the_line, the_order, the_order_line, taken, share);
  end if;
  return taken;
end $$;

-- Makes the links of the suspect orders anew, in the order in which refunds came in, or of their times.
create function pg_temp.replay(by_time boolean) returns void language plpgsql as $$
declare
  refund record;
  asked record;
  sale record;
  missing numeric;
begin
  truncate left_lines, replayed_lines, replayed_links, unlinked_lines, refused_refunds;
  insert into left_lines
  select line.order_key, line.line_number, line.item_key, orders.customer_key, line.unit_price, orders.occurred_at,
         line.quantity, line.amount_minor
  from suspect_orders join orders on orders.order_key = suspect_orders.order_key
  join order_lines as line on line.order_key = orders.order_key;
  -- Other sales of the same customers, items and prices, where links of files may move to: what is left of them is known.
  if by_time then
    insert into left_lines
    select line.order_key, line.line_number, line.item_key, orders.customer_key, line.unit_price, orders.occurred_at,
           line.quantity - undone.quantity, line.amount_minor - undone.amount_minor
    from (select distinct known.customer_key, known.item_key, known.unit_price from left_lines as known
          where known.customer_key is not null) as sold
    join orders on orders.customer_key = sold.customer_key
    join order_lines as line
      on line.order_key = orders.order_key and line.item_key = sold.item_key and line.unit_price = sold.unit_price
    cross join lateral (
      select coalesce(sum(link.quantity), 0) as quantity, coalesce(sum(link.amount_minor), 0) as amount_minor
      from refund_links as link where link.order_key = line.order_key and link.order_line_number = line.line_number) as undone
    where orders.order_key not in (select suspect_orders.order_key from suspect_orders);
  end if;

  for refund in
    select refunds.refund_key, refunds.occurred_at, refunds.customer_key, refunds.import_id, min(link.order_key) as order_key,
           refunds.content_hash = sha256(convert_to(concat('[', to_json(refunds.refund_id), ',', to_json(min(orders.order_id)), ',',
             (extract(epoch from refunds.occurred_at) * 1000)::bigint, ',null]'), 'UTF8')) as is_whole
    from refunds join refund_links as link on link.refund_key = refunds.refund_key
    join suspect_orders on suspect_orders.order_key = link.order_key join orders on orders.order_key = link.order_key
    group by refunds.refund_key order by case when by_time then refunds.occurred_at end, refunds.refund_key
  loop
    if refund.import_id is not null then
      for asked in
        select link.line_number, line.item_key, min(sold.unit_price) as unit_price, sum(link.quantity) as quantity
        from refund_links as link
        join suspect_orders on suspect_orders.order_key = link.order_key
        join refund_lines as line on line.refund_key = link.refund_key and line.line_number = link.line_number
        join order_lines as sold on sold.order_key = link.order_key and sold.line_number = link.order_line_number
        where link.refund_key = refund.refund_key group by link.line_number, line.item_key order by link.line_number
      loop
        missing := asked.quantity;
        for sale in
          select link.order_key, link.order_line_number, link.quantity
          from refund_links as link
          join suspect_orders on suspect_orders.order_key = link.order_key
          join orders on orders.order_key = link.order_key
          where link.refund_key = refund.refund_key and link.line_number = asked.line_number
          order by orders.occurred_at desc, link.order_key desc, link.order_line_number desc
        loop
          missing := missing
            - pg_temp.take(refund.refund_key, asked.line_number, sale.order_key, sale.order_line_number, sale.quantity);
        end loop;
        for sale in
          select sold.order_key, sold.line_number from left_lines as sold
          where by_time and missing > 0 and sold.customer_key = refund.customer_key and sold.item_key = asked.item_key
            and sold.unit_price = asked.unit_price and sold.sold_at <= refund.occurred_at and sold.quantity > 0
          order by sold.sold_at desc, sold.order_key desc, sold.line_number desc
        loop
          exit when missing = 0;
          missing := missing - pg_temp.take(refund.refund_key, asked.line_number, sale.order_key, sale.line_number, missing);
        end loop;
        if missing > 0 then
          insert into unlinked_lines values (refund.refund_key, asked.line_number, missing);
        end if;
      end loop;
    elsif refund.is_whole then
      for sale in
        select sold.line_number, sold.item_key, sold.quantity,
               row_number() over (order by sold.line_number) as place
        from left_lines as sold where sold.order_key = refund.order_key and sold.quantity > 0 order by sold.line_number
      loop
        insert into replayed_lines values (refund.refund_key, sale.place, sale.item_key, sale.quantity);
        perform pg_temp.take(refund.refund_key, sale.place::int, refund.order_key, sale.line_number, sale.quantity);
      end loop;
      if not exists (select from replayed_lines as line where line.refund_key = refund.refund_key) then
        insert into refused_refunds values (refund.refund_key, null, refund.order_key, true);
      end if;
    elsif exists (
      select from (select line.item_key, sum(line.quantity) as quantity from refund_lines as line
                   where line.refund_key = refund.refund_key group by line.item_key) as wanted
      where wanted.quantity > (select coalesce(sum(sold.quantity), 0) from left_lines as sold
                               where sold.order_key = refund.order_key and sold.item_key = wanted.item_key))
    then
      insert into refused_refunds values (refund.refund_key, null, refund.order_key, false);
    else
      for asked in
        select line.line_number, line.item_key, line.quantity from refund_lines as line
        where line.refund_key = refund.refund_key order by line.line_number
      loop
        missing := asked.quantity;
        for sale in
          select sold.line_number from left_lines as sold
          where sold.order_key = refund.order_key and sold.item_key = asked.item_key and sold.quantity > 0
          order by sold.line_number
        loop
          exit when missing = 0;
          missing := missing
            - pg_temp.take(refund.refund_key, asked.line_number, refund.order_key, sale.line_number, missing);
        end loop;
      end loop;
    end if;
  end loop;
end $$;

-- Wrong is an order whose links are not those of its refunds in the order in which they came in, or one of whose amounts is not
-- the line's proportion (each part of a line was rounded by itself, and the last took the rest).
select pg_temp.replay(false);
delete from suspect_orders where suspect_orders.order_key not in (
  select coalesce(stored.order_key, replayed.order_key)
  from (select link.* from refund_links as link
        where link.order_key in (select suspect.order_key from suspect_orders as suspect)) as stored
  full join replayed_links as replayed
    on replayed.refund_key = stored.refund_key and replayed.line_number = stored.line_number
    and replayed.order_key = stored.order_key and replayed.order_line_number = stored.order_line_number
  where stored.quantity is distinct from replayed.quantity
  union
  select link.order_key
  from (select stored.*, count(*) over line as parts, sum(stored.amount_minor) over line as given,
               sum(stored.quantity) over line as returned
        from refund_links as stored
        where stored.order_key in (select suspect.order_key from suspect_orders as suspect)
        window line as (partition by stored.order_key, stored.order_line_number)) as link
  join order_lines as sold on sold.order_key = link.order_key and sold.line_number = link.order_line_number
  where link.amount_minor < 0 or link.given > sold.amount_minor
    or (link.returned = sold.quantity and link.given <> sold.amount_minor)
    or abs(link.amount_minor - sold.amount_minor * link.quantity / sold.quantity) > link.parts);

select pg_temp.replay(true);

-- Lines of files that have nothing to undo any more.
insert into refused_refunds
select unlinked.refund_key, unlinked.line_number, min(link.order_key), false
from unlinked_lines as unlinked
join refund_links as link on link.refund_key = unlinked.refund_key and link.line_number = unlinked.line_number
where not exists (
    select from replayed_links as replayed
    where replayed.refund_key = unlinked.refund_key and replayed.line_number = unlinked.line_number)
  and not exists (
    select from refund_links as kept
    where kept.refund_key = unlinked.refund_key and kept.line_number = unlinked.line_number
      and kept.order_key not in (select suspect.order_key from suspect_orders as suspect))
group by unlinked.refund_key, unlinked.line_number;

-- In the contract's form, as canonical JSON.
insert into quarantine (kind, rules, raw, raw_hash, import_id)
select distinct on (refused.raw) 'refund', array['refund_exceeds_sale'], refused.raw::jsonb,
       sha256(convert_to(refused.raw, 'UTF8')), refused.import_id
from (
  select refunds.import_id, concat(
      '{', case when not refused.is_whole then concat('"lines":[', lines.json, '],') end,
      '"occurred_at":"', to_char(refunds.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      '","order_id":', to_json(orders.order_id), ',"refund_id":', to_json(refunds.refund_id), '}') as raw
  from refused_refunds as refused join refunds on refunds.refund_key = refused.refund_key
  join orders on orders.order_key = refused.order_key
  cross join lateral (
    select string_agg(
        concat('{"item_id":', to_json(items.item_id), ',"quantity":', trim_scale(line.quantity), '}'), ',' order by line.line_number) as json
    from refund_lines as line join items on items.item_key = line.item_key
    where line.refund_key = refused.refund_key and line.line_number = coalesce(refused.line_number, line.line_number)) as lines
) as refused
on conflict (kind, raw_hash) do update set rules = excluded.rules;

delete from refund_links where refund_links.order_key in (select suspect.order_key from suspect_orders as suspect);
-- Of a refund of the whole rest the lines are what was left.
delete from refund_lines
where refund_lines.refund_key in (select line.refund_key from replayed_lines as line)
  or exists (
    select from refused_refunds as refused
    where refused.refund_key = refund_lines.refund_key
      and coalesce(refused.line_number, refund_lines.line_number) = refund_lines.line_number);
insert into refund_lines (refund_key, line_number, item_key, quantity)
select line.refund_key, line.line_number, line.item_key, line.quantity from replayed_lines as line;
update refund_lines set unlinked_quantity = refund_lines.unlinked_quantity + unlinked.quantity
from unlinked_lines as unlinked
where unlinked.refund_key = refund_lines.refund_key and unlinked.line_number = refund_lines.line_number;
insert into refund_links (refund_key, line_number, order_key, order_line_number, quantity, amount_minor)
select link.refund_key, link.line_number, link.order_key, link.order_line_number, link.quantity, link.amount_minor
from replayed_links as link
on conflict (refund_key, line_number, order_key, order_line_number) do update
  set quantity = refund_links.quantity + excluded.quantity, amount_minor = refund_links.amount_minor + excluded.amount_minor;
delete from refunds where refunds.refund_key in (select refused.refund_key from refused_refunds as refused)
  and not exists (select from refund_lines as line where line.refund_key = refunds.refund_key);

drop function pg_temp.replay(boolean);
drop function pg_temp.take(bigint, int, bigint, int, numeric);
drop table suspect_orders, left_lines, replayed_lines, replayed_links, unlinked_lines, refused_refunds;
