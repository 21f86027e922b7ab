import type { ShopCost, ShopMarketFigure } from '../facts/shapes.ts';
import { formatCents, priceOn } from '../goods/catalogue.ts';
import { playDays } from '../shoppers/visits.ts';
import type { World } from '../world.ts';
import { planted } from './planted.ts';
import { surveyOf } from './survey.ts';
import { bounceNumber, campaignOf, countBounces } from './visits.ts';

const impressionsOfClick = 40;

/** What the visits of each day's campaigns cost. */
export function* listCosts(world: World): Generator<ShopCost> {
  const { calendar } = world;
  let [day, visitNumber] = [0, 0];
  for (const visits of playDays(world)) {
    const count = new Map<string, number>();
    const add = (number: number) => {
      const name = campaignOf(world, number)?.name;
      if (name !== undefined) count.set(name, (count.get(name) ?? 0) + 1);
    };
    for (const _ of visits) add(visitNumber++);
    for (let index = 0; index < countBounces(visits.length); index++) add(bounceNumber(day, index));
    for (const { name, channel, costOfVisit } of planted.campaigns) {
      const clicks = count.get(name) ?? 0;
      if (clicks === 0) continue;
      const amount = formatCents(clicks * costOfVisit);
      const impressions = clicks * impressionsOfClick;
      yield { day: calendar.dates[day], channel, campaign: name, amount, impressions, clicks };
    }
    day++;
  }
}

/** The market and a competitor in each whole month of the data, by category and in all. */
export function* listMarketFigures(world: World): Generator<ShopMarketFigure> {
  const { calendar, catalogue } = world;
  const { sold, overCounter } = surveyOf(world);
  const source = 'sample panel of the trade';
  for (const [month, days] of wholeMonths(calendar.dates)) {
    const cents = new Map<string, number>();
    const pieces = new Map<string, number>();
    for (const [item, { category }] of catalogue.items.entries()) {
      for (const day of days) {
        const quantity = sold[item * calendar.days + day] + overCounter[item * calendar.days + day];
        for (const name of ['', category]) {
          cents.set(name, (cents.get(name) ?? 0) + quantity * priceOn(catalogue, item, day));
          pieces.set(name, (pieces.get(name) ?? 0) + quantity);
        }
      }
    }
    for (const [name, sum] of cents) {
      const of = { month, ...(name && { category: name }), source };
      yield { ...of, measure: 'sales', value: formatCents(Math.round(sum / planted.marketShare)) };
      yield { ...of, measure: 'units', value: String(Math.round(pieces.get(name)! / planted.marketShare)) };
    }
    const { name: whose, priceIndex } = planted.competitorPrices;
    yield { month, measure: 'price_index', whose, value: String(priceIndex), source };
  }
}

function wholeMonths(dates: readonly string[]): [month: string, days: number[]][] {
  const months = new Map<string, number[]>();
  for (const [day, date] of dates.entries()) {
    const month = date.slice(0, 7);
    months.set(month, [...(months.get(month) ?? []), day]);
  }
  return [...months].filter(([month, days]) => {
    const [year, number] = month.split('-').map(Number);
    return days.length === new Date(Date.UTC(year, number, 0)).getUTCDate();
  });
}
