import type { Database } from '../../../src/db/index.ts';

/** The rules of attribution by plain loops over all facts: shares nothing with the SQL that it is compared to. */

interface Facts {
  events: EventRow[];
  orders: OrderRow[];
  lines: LineRow[];
  lists: ListRow[];
}
interface EventRow {
  type: string;
  customer: number | null;
  visitor: number | null;
  item: number | null;
  at: number;
  list: string | null;
}
interface OrderRow {
  key: number;
  customer: number | null;
  visitor: number | null;
  at: number;
  day: string;
}
interface LineRow {
  order: number;
  line: number;
  item: number;
  list: string | null;
}
interface ListRow {
  id: string;
  customer: number | null;
  visitor: number | null;
  at: number;
  items: number[];
  sources: number[] | null;
  rules: (string | null)[] | null;
  placement: string | null;
  release: number | null;
  arm: string | null;
}

const sources = [
  'repurchase',
  'collaborative-filtering',
  'popularity',
  'recent-behaviour',
  'association-rules',
  'catalogue',
  'co-occurrence',
  'category-complement',
  'recently-viewed',
  'trending',
  'new-arrivals',
  'on-sale',
  'given',
  'pinned',
  'segment-popularity',
  'content',
  'exposure',
  'search',
];

async function readFacts(db: Database): Promise<Facts> {
  const ms = (column: string) => `(extract(epoch from ${column}) * 1000)::float8 as at`;
  return {
    events: await db.query(`select type::text, customer_key as customer, visitor_key::int as visitor, item_key as item,
      list_id::text as list, ${ms('occurred_at')} from events`),
    orders: await db.query(`select order_key::int as key, customer_key as customer, visitor_key::int as visitor,
      ${ms('occurred_at')}, '' as day from orders`),
    lines: await db.query(
      'select order_key::int as "order", line_number as line, item_key as item, list_id::text as list from order_lines',
    ),
    lists:
      await db.query(`select list_id::text as id, customer_key as customer, visitor_key::int as visitor, item_keys as items,
      sources::int[] as sources, rule_ids as rules, placement, release_id as release, arm, ${ms('served_at')} from served_lists`),
  };
}

/** Lines of text, sorted: a credit a line, and a count a line. */
export async function attributePlainly(
  db: Database,
  { timeZone, windowDays }: { timeZone: string; windowDays: number },
): Promise<{ credits: string[]; counts: string[] }> {
  const facts = await readFacts(db);
  const byId = new Map(facts.lists.map((list) => [list.id, list]));
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
  const dayOf = (at: number) => format.format(at);
  const isIn = (time: number, at: number) => time > at - windowDays * 86_400_000 && time <= at;
  const holding = (
    { list: id, item }: { list: string | null; item: number | null },
    at: number,
    windows = 1,
  ): ListRow | undefined => {
    const list = id === null ? undefined : byId.get(id);
    const isFresh = list && list.at > at - windows * windowDays * 86_400_000;
    return isFresh && item !== null && list.items.includes(item) ? list : undefined;
  };
  const say = (list: ListRow, item: number) => {
    const position = list.items.indexOf(item);
    const source = list.sources === null ? '' : sources[list.sources[position]];
    return [
      list.placement ?? '',
      list.release ?? 0,
      source,
      list.rules?.[position] ?? '',
      position + 1,
      list.arm ?? '',
    ];
  };

  type Person = Pick<EventRow, 'customer' | 'visitor' | 'at'>;
  const visitorsOf = ({ customer, visitor, at }: Person) => {
    const known = facts.events.filter(
      (event) => customer !== null && event.customer === customer && isIn(event.at, at),
    );
    return new Set([visitor, ...known.map((event) => event.visitor)].filter((one) => one !== null));
  };
  const deedsOf = (person: Person) => {
    const visitors = visitorsOf(person);
    return facts.events.filter((event) => {
      if (!isIn(event.at, person.at)) return false;
      if (person.customer !== null && event.customer === person.customer) return true;
      const isFree = event.customer === null || person.customer === null;
      return event.visitor !== null && visitors.has(event.visitor) && isFree;
    });
  };
  const lastShown = (person: Person, item: number) => {
    const visitors = visitorsOf(person);
    const served = facts.lists
      .filter((list) => list.items.includes(item) && isIn(list.at, person.at))
      .filter((list) =>
        list.customer === null
          ? list.visitor !== null && visitors.has(list.visitor)
          : list.customer === person.customer,
      )
      .map(({ id, at }) => ({ id, at }));
    const seen = deedsOf(person)
      .filter((event) => event.type === 'impression' && event.item === item && holding(event, event.at))
      .map(({ list, at }) => ({ id: list!, at }));
    const [last] = [...served, ...seen].sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1));
    return last;
  };

  const credits: string[] = [];
  for (const line of facts.lines) {
    const order = facts.orders.find(({ key }) => key === line.order)!;
    const touches = new Map<string, { at: number; isNamed: boolean }>();
    for (const event of deedsOf(order)) {
      if (event.type !== 'click' || event.item !== line.item || !holding(event, event.at)) continue;
      touches.set(event.list!, { at: Math.max(event.at, touches.get(event.list!)?.at ?? 0), isNamed: false });
    }
    const named = holding(line, order.at, 2);
    if (named) touches.set(named.id, { at: touches.get(named.id)?.at ?? order.at, isNamed: true });
    const sorted = [...touches].sort(
      ([a, one], [b, other]) => Number(one.isNamed) - Number(other.isNamed) || one.at - other.at || (a < b ? -1 : 1),
    );
    const add = (kind: string, id: string, at: number, number: number, count: number) =>
      credits.push(
        JSON.stringify([
          line.order,
          line.line,
          number,
          count,
          dayOf(order.at),
          kind,
          at,
          id,
          ...say(byId.get(id)!, line.item),
        ]),
      );
    for (const [place, [id, { at, isNamed }]] of sorted.entries()) {
      add(isNamed ? 'line' : 'click', id, at, place + 1, sorted.length);
    }
    const shown = sorted.length === 0 ? lastShown(order, line.item) : undefined;
    if (shown) add('shown', shown.id, shown.at, 1, 1);
  }

  const counts = new Map<string, number[]>();
  for (const event of facts.events) {
    const place = ['impression', 'click', 'cart_add'].indexOf(event.type);
    if (place < 0 || event.item === null) continue;
    const list = holding(event, event.at);
    const shown = list || place === 0 ? undefined : lastShown(event, event.item);
    const of = list ?? (shown && byId.get(shown.id));
    if (!of) continue;
    const key = JSON.stringify([dayOf(event.at), ...say(of, event.item)]);
    const told = counts.get(key) ?? [0, 0, 0, 0, 0];
    told[list ? place : place + 2]++;
    counts.set(key, told);
  }
  return {
    credits: credits.sort(),
    counts: Array.from(counts, ([key, told]) => `${key} ${told.join(' ')}`).sort(),
  };
}

/** The same of what is stored. */
export async function readAttribution(db: Database): Promise<{ credits: string[]; counts: string[] }> {
  const credits = await db.query<{ row: string }>(
    `select json_build_array(order_key, line_number, touch_number, touches, to_char(day, 'YYYY-MM-DD'), kind,
       (extract(epoch from touched_at) * 1000)::bigint, list_id, placement, release_id, source, rule_id, list_position, arm)::text as row
     from list_credits`,
  );
  const counts = await db.query<{ row: string; told: string }>(
    `select json_build_array(to_char(day, 'YYYY-MM-DD'), placement, release_id, source, rule_id, list_position, arm)::text as row,
       concat_ws(' ', impressions, clicks, cart_adds, assisted_clicks, assisted_cart_adds) as told from list_counts`,
  );
  const plain = (text: string) => JSON.stringify(JSON.parse(text));
  return {
    credits: credits.map(({ row }) => plain(row)).sort(),
    counts: counts.map(({ row, told }) => `${plain(row)} ${told}`).sort(),
  };
}
