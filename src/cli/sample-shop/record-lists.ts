import { type ListText, wholeText } from '../../recommendations/index.ts';
import type { ListAsk, ListVisit, ShopEvent, ShopLists, ShopOrder, ShownList } from '../../sample-shop/index.ts';
import type { Stations } from '../../stations.ts';
import type { DatedFacts } from './dated-facts.ts';
import type { PlayedClock } from './played-clock.ts';
import { type OnBatch, recordBehaviour, recordSales } from './record-shop.ts';

const dayMs = 86_400_000;

/**
 * Plays the days on which a sample shop shows lists, as if it were that time: a share of people is held out of personal lists, pages
 * ask for lists, and what is done with them is recorded with the other facts of the day. What is of before these days must be
 * recorded, and a release be read.
 *
 * @param facts of the shop, those of before already taken
 * @param time what the stations live by; it is left at the end of the data
 * @returns the orders that personal lists added
 */
export async function recordLists(
  { intake, experiments, recommendations }: Pick<Stations, 'intake' | 'experiments' | 'recommendations'>,
  { lists, facts, time, onBatch }: { lists: ShopLists; facts: DatedFacts; time: PlayedClock; onBatch: OnBatch },
): Promise<ShopOrder[]> {
  const added: ShopOrder[] = [];
  let day = Date.parse(lists.from);
  time.now = new Date(day);
  await experiments.setListHoldout(lists.holdoutShare);
  for (const visits of lists.days()) {
    const done = await Promise.all(visits.map((visit) => visitPages(recommendations, visit, time)));
    const placed = done.flatMap(({ added }) => added ?? []);
    added.push(...placed);
    day += dayMs;
    time.now = new Date(day);
    const before = time.now.toISOString().slice(0, 19);
    const ofDay = {
      ...nothing,
      orders: () => [...facts.orders(before), ...placed],
      refunds: () => facts.refunds(before),
      events: () => inOrder([...facts.events(before), ...done.flatMap(({ events }) => events)]),
    };
    // An order is told with all that has become of it.
    await time.at(new Date(lists.until), async () => {
      await recordSales(intake, ofDay, onBatch);
      await recordBehaviour(intake, ofDay, onBatch);
    });
  }
  // Whoever asks from now on gets a personal list.
  await experiments.setListHoldout(0);
  time.end();
  return added;
}

const none = () => [];
const nothing = { items: [], customers: none, changes: none, costs: none, marketFigures: none };

function inOrder(events: ShopEvent[]): ShopEvent[] {
  return events.sort((a, b) => (a.occurred_at < b.occurred_at ? -1 : Number(a.occurred_at > b.occurred_at)));
}

async function visitPages(
  recommendations: Stations['recommendations'],
  visit: ListVisit,
  time: PlayedClock,
): Promise<ReturnType<ListVisit['respond']>> {
  const texts = visit.asks.map((ask) => time.at(new Date(ask.at), () => askFor(recommendations, ask)));
  const shown = (await Promise.all(texts)).map(
    (text): ShownList => JSON.parse(typeof text === 'string' ? text : wholeText(text)),
  );
  return visit.respond(shown);
}

/** As the shop's pages ask: `GET` of a customer's list and of an item's, `POST` of the others. */
function askFor(
  recommendations: Stations['recommendations'],
  { placement, limit, customerId, visitorId, itemId, cartItemIds }: ListAsk,
): string | ListText | Promise<string | ListText> {
  if (itemId !== undefined) return recommendations.relatedTo(itemId, { limit }, placement);
  if (customerId !== undefined && !cartItemIds) {
    return recommendations.listForCustomer(customerId, { limit }, placement);
  }
  return recommendations.listFor({
    ...(customerId !== undefined && { customer_id: customerId }),
    visitor_id: visitorId,
    ...(cartItemIds && { cart_item_ids: [...cartItemIds] }),
    limit,
    placement,
  });
}
