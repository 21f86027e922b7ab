import { cancelledAt, type Deed, leftAmount, type SoldLine } from '../book-of-facts.ts';
import { sum } from '../book-of-money.ts';
import { costOf } from './overall.ts';
import { distinct, part, type Reading, type View, visitorOf, whole } from './view.ts';

const week = 7 * 86_400_000;

/** Something done that counts for a campaign, and who came by its tag. */
interface Credit {
  kind: 'visit' | 'order' | 'registration';
  visitor: string;
  lines: SoldLine[];
}

const tagOf = (event: Deed): string | undefined =>
  event.type === 'page_view' ? event.page?.campaign?.name : undefined;

/** "by the last tag", "within seven days" */
function lastTag({ book }: View, at: number, isTheirs: (tag: Deed) => boolean): Deed | undefined {
  const own = [...book.events.values()].filter(
    (event) => tagOf(event) !== undefined && event.at <= at && event.at > at - week && isTheirs(event),
  );
  return own.reduce<Deed | undefined>((last, one) => (last && last.at > one.at ? last : one), undefined);
}

/** "their own or of a visitor who was seen as them that day" */
function tagOfPerson(view: View, visitor: string | null, customer: string | null, at: number): Deed | undefined {
  const { book } = view;
  const seen = [...book.events.values()].filter(
    (event) =>
      customer !== null &&
      event.customer_id === customer &&
      event.visitor_id !== undefined &&
      book.dayOf(event.at) === book.dayOf(at),
  );
  const names = new Set([
    ...(visitor === null ? [] : [`visitor ${visitor}`]),
    ...(customer === null ? [] : [`customer ${customer}`]),
    ...seen.map(({ visitor_id }) => `visitor ${visitor_id}`),
  ]);
  return lastTag(view, at, (tag) => names.has(visitorOf(tag)) || names.has(`customer ${tag.customer_id}`));
}

function credits(view: View): Credit[] {
  const { book } = view;
  const all: Credit[] = [];
  const add = (kind: Credit['kind'], tag: Deed | undefined, lines: SoldLine[] = []) => {
    if (!tag || (view.by === 'campaign' && book.campaignOf(tagOf(tag)!) !== view.member)) return;
    all.push({ kind, visitor: visitorOf(tag), lines });
  };
  for (const event of book.events.values()) {
    if (!view.has(event.at)) continue;
    add(
      'visit',
      lastTag(view, event.at, (tag) => visitorOf(tag) === visitorOf(event)),
    );
  }
  for (const sale of book.sales.values()) {
    if (!view.has(sale.at) || ['store', 'phone', 'marketplace'].includes(sale.channel)) continue;
    const tag = tagOfPerson(view, sale.visitor, sale.customer, sale.at);
    add('order', tag, cancelledAt(sale) === null ? sale.lines : []);
  }
  for (const { customer_id, registered_at } of book.customers.values()) {
    if (!registered_at || !view.has(Date.parse(registered_at))) continue;
    const at = Date.parse(registered_at);
    add('registration', tagOfPerson(view, null, customer_id, at));
  }
  return all;
}

const number = (view: View, kind: Credit['kind']) => credits(view).filter((one) => one.kind === kind).length;
const visitors = (view: View, kind?: Credit['kind']) =>
  distinct(
    credits(view)
      .filter((one) => kind === undefined || one.kind === kind)
      .map(({ visitor }) => visitor),
  );
const lines = (view: View) => credits(view).flatMap((one) => one.lines);

export const ordersByCampaigns = (view: View): number => number(view, 'order');

/** Gross profit of what is left of the lines of known cost. */
export function earnedByCampaigns(view: View): number {
  const costed = lines(view).filter(({ unitCost }) => unitCost !== null);
  return sum(costed.map((line) => leftAmount(line) - costOf(line)));
}

export const campaigns: Record<string, (view: View) => Reading> = {
  'campaign-visitors': (view) => whole(visitors(view)),
  'campaign-registrations': (view) => whole(number(view, 'registration')),
  'campaign-orders': (view) => whole(number(view, 'order')),
  'campaign-conversion': (view) => part(visitors(view, 'order'), visitors(view)),
  'campaign-sales': (view) => whole(sum(lines(view).map(leftAmount))),
};
