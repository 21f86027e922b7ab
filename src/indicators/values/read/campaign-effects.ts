import type { Queryable } from '../../../db/index.ts';
import { readMoment } from '../../../intake/index.ts';
import { readCampaignsAdded } from '../../../outcomes/index.ts';
import type { Dimension, Measure } from '../../roll-ups/family.ts';
import type { Amount } from '../store.ts';
import type { ReadQuestion } from './read-question.ts';

const common = { kind: 'read', dimensions: ['coupon_campaign'], isHourly: false, isInAll: true } as const;

/** Measured against a control when they are asked for, because what was added is no sum of days. */
export const effectMeasures: readonly Measure[] = [
  { ...common, dimensions: [...common.dimensions], name: 'effects.measured', isMoney: false },
  { ...common, dimensions: [...common.dimensions], name: 'effects.orders', isMoney: false },
  { ...common, dimensions: [...common.dimensions], name: 'effects.profit', isMoney: true },
  { ...common, dimensions: [...common.dimensions], name: 'effects.cost', isMoney: true },
];

/** In all: of all campaigns together, each against its own control. */
export async function readEffects(
  db: Queryable,
  question: ReadQuestion,
  dimension: Dimension | 'all',
): Promise<Amount[]> {
  const { periods, members: campaignIds, timeZone, minorDigits, now } = question;
  const start = (day: string) => readMoment(day, timeZone)!;
  const told = await readCampaignsAdded(
    db,
    periods.map(({ key, from, until }) => ({ key, from: start(from), until: start(until) })),
    { campaignIds: dimension === 'all' ? undefined : campaignIds, minorDigits, timeZone, now },
  );
  return told.flatMap(({ campaignId, key, orders, profitMinor, costMinor }) => {
    const member = dimension === 'all' ? '' : campaignId;
    return [
      { measure: 'effects.measured', member, key, amount: 1 },
      { measure: 'effects.orders', member, key, amount: orders },
      { measure: 'effects.profit', member, key, amount: profitMinor },
      { measure: 'effects.cost', member, key, amount: costMinor },
    ];
  });
}
