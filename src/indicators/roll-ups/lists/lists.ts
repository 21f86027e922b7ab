import { addDays } from '../../../shop/days.ts';
import { creditWindowDays } from '../../attribution/credit-window.ts';
import { replaceAttribution, selectListsKeptFrom } from '../../attribution/touches/store.ts';
import { count, type Family, money } from '../family.ts';
import { assistedLines, earnedLines, listCounts, listFacts } from './store.ts';

const by = { placement: 'placement', model: 'model', source: 'source' };

/** What lists were clicked and earned: by the last list that a sale line came from, on the day of the sale. */
export const lists: Family = {
  name: 'lists',
  version: 1,
  reads: ['event', 'order', 'refund', 'list'],
  keptFrom: selectListsKeptFrom,
  // A click of late counts for the orders of the days after it; where clocks are put on, the window ends a day later.
  eventsReach: creditWindowDays + 1,
  async prepare(tx, days, { timeZone, today, listRetentionDays }) {
    // A day of whose lists the log has forgotten some keeps what was found while it had them; the newest are found by what it has.
    const whole = addDays(today, 2 * creditWindowDays + 1 - listRetentionDays);
    const yesterday = addDays(today, -1);
    const first = whole < yesterday ? whole : yesterday;
    const known = days.filter((day) => day >= first);
    if (known.length > 0) await replaceAttribution(tx, known, { timeZone, windowDays: creditWindowDays });
  },
  sources: ({ minorDigits }) => [
    {
      rows: listCounts,
      groupings: [
        {
          by,
          sums: {
            impressions: count('sum(impressions)'),
            clicks: count('sum(clicks)'),
            cart_adds: count('sum(cart_adds)'),
            assisted_clicks: count('sum(assisted_clicks)'),
            assisted_cart_adds: count('sum(assisted_cart_adds)'),
          },
        },
      ],
    },
    {
      rows: earnedLines(minorDigits),
      groupings: [
        {
          by,
          sums: {
            orders: count('count(distinct order_key) filter (where net_quantity > 0)'),
            net: money('sum(net_minor)'),
            costed_net: money('sum(costed_minor)'),
            net_cost: money('sum(net_cost_minor)'),
          },
        },
      ],
    },
    {
      rows: assistedLines(minorDigits),
      groupings: [
        {
          by,
          sums: {
            assisted_orders: count('count(distinct order_key) filter (where net_quantity > 0)'),
            assisted_net: money('sum(net_minor)'),
          },
        },
      ],
    },
    { rows: listFacts, groupings: [{ by: {}, sums: { facts: count('sum(facts)') } }] },
  ],
};
