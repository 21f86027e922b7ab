import type { Queryable } from '../../db/index.ts';
import { barredAmong } from '../../shop/barred-attributes.ts';
import { dayMs } from '../../shop/days.ts';
import type { ModelKind, PublishedRelease } from '../../versions/index.ts';
import { type Compared, compareSides, describeFlows, fewestCompared, type PortrayedFlows } from './portrait.ts';
import * as store from './store.ts';

/** So long before the night facts tell of habits and goods. */
const habitDays = 365;
/** So long before now it is told who came and went. */
export const flowDays = 28;

/** What a segment's customers are like. */
export interface Portrait {
  asOf: Date;
  versions: Partial<Record<ModelKind, number>>;
  members: number;
  others: number;
  /** why nothing is compared */
  whyNone: 'too-few-members' | 'too-few-others' | null;
  compared: Compared;
  flows: PortrayedFlows;
  /** as of when members were whom the flows begin with; null: it is not known */
  movesFrom: Date | null;
  /** of the expected figures; null: the shop has no such model */
  horizonDays: number | null;
}

const kinds = ['segmentation', 'customer-tags', 'customer-value'] as const;

export interface PortraitQuestion {
  segmentId: string;
  sides: store.Sides;
  release: PublishedRelease | undefined;
  now: Date;
  timeZone: string;
  /** attributes of customers that no decision may use */
  barred: readonly string[];
}

/** Reads what both sides are like, as of the night that made the groups, and compares it. */
export async function readPortrait(db: Queryable, question: PortraitQuestion): Promise<Portrait> {
  const { segmentId, sides, release, now, timeZone } = question;
  const models = release?.models ?? {};
  const versions = Object.fromEntries(kinds.flatMap((kind) => (models[kind] ? [[kind, models[kind].version]] : [])));
  const asOf = models.segmentation?.asOf ?? now;
  const basis: store.PortraitBasis = {
    versions,
    timeZone,
    asOf,
    from: new Date(asOf.getTime() - habitDays * dayMs),
    until: asOf,
  };
  const { members, others } = await store.countSides(db, sides);
  const whyNone =
    members < fewestCompared ? 'too-few-members' : others < fewestCompared ? 'too-few-others' : (null as null);
  const compared =
    whyNone === null
      ? compareSides(
          withoutBarred(await store.countTraits(db, sides, basis), question.barred),
          await store.sumFigures(db, sides, basis),
          await store.countBuyers(db, sides, basis),
        )
      : { comparisons: 0, traits: [], figures: [], goods: [] };
  const since = new Date(now.getTime() - flowDays * dayMs);
  const moves = await store.countMoves(db, segmentId, since);
  const movesFrom = await store.selectMovesFrom(db, segmentId, since);
  const { horizon_days: horizonDays = null } = (models['customer-value']?.summary ?? {}) as { horizon_days?: number };
  const flows = describeFlows(moves, segmentId);
  return { asOf, versions, members, others, whyNone, compared, flows, movesFrom, horizonDays };
}

function withoutBarred(rows: store.TraitRow[], barred: readonly string[]): store.TraitRow[] {
  const bars = new Set(barred);
  // Tags and habits are barred by their names, as attributes are.
  return rows.filter(
    ({ topic, attribute }) => barredAmong([attribute ?? topic.replaceAll('-', '_')], bars) === undefined,
  );
}
