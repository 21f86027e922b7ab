import { compareMeans, type Estimate } from '../../../models/campaign-effect/index.ts';
import {
  adjustForFamily,
  compareRanks,
  compareShares,
  type ShareComparison,
} from '../../../models/segment-portraits/index.ts';
import type { FigureName, FigureRow, GoodsRow, MoveRow, TraitRow } from './store.ts';

/** How often a portrait of customers who are like all others says anything at all. */
export const familyLevel = 0.05;
/** Counts below it are not told: they could be of one person whom somebody knows. */
export const fewestShown = 5;
/** Of smaller sides there is no portrait. */
export const fewestCompared = 20;

/** A share of both sides. null: of fewer customers than are told of, and what could be worked out from that. */
export interface ComparedShare {
  members: number | null;
  share: number | null;
  others: number | null;
  otherShare: number | null;
  /** how many members would have it, did they as alike others do */
  expected: number | null;
  /** the ratio of the shares, with its 95 % interval */
  ratio: Estimate | null;
  /** of the whole portrait, not of this comparison alone */
  pValue: number;
  /** null: no difference that chance would not make as well */
  differs: 'more' | 'less' | null;
}

export interface Trait extends ComparedShare, Pick<TraitRow, 'topic' | 'attribute' | 'value'> {
  /** of how many members, and others, the topic is known */
  ofMembers: number;
  ofOthers: number;
}

export interface PortrayedGoods extends ComparedShare, Omit<GoodsRow, 'strata'> {
  /** how many members, and others, bought anything */
  ofMembers: number;
  ofOthers: number;
}

export interface PortrayedFigure {
  figure: FigureName;
  /** of whom it is known */
  members: number;
  others: number;
  mean: number;
  otherMean: number;
  /** the sum over the members */
  total: number;
  /** of the means, with its 95 % interval */
  difference: Estimate;
  /** the probability that a member's is above an other's */
  above: number;
  pValue: number;
  differs: 'more' | 'less' | null;
}

/** What customers of one side are like beside those of the other. */
export interface Compared {
  /** how many comparisons were made together */
  comparisons: number;
  /** those that differ first, the clearest first; then those that most have */
  traits: Trait[];
  figures: PortrayedFigure[];
  /** what differs alone */
  goods: PortrayedGoods[];
}

/**
 * Compares everything at once, so that where nothing differs a portrait says anything in one of twenty cases at most. What is
 * compared was chosen by both sides together.
 */
export function compareSides(traitRows: TraitRow[], figureRows: FigureRow[], goodsRows: GoodsRow[]): Compared {
  const shares = traitRows.map((row) => compareShares([row]));
  const known = figureRows.filter(({ members, others }) => Math.min(members, others) >= fewestCompared);
  const ranks = known.map(compareRanks);
  const buyers = goodsRows.map(({ strata }) => compareShares(strata));
  const adjusted = adjustForFamily([...shares, ...ranks, ...buyers].map(({ pValue }) => pValue));

  const traits = traitRows.map((row, place) => ({
    row,
    clearness: clearnessOf(shares[place], adjusted[place]),
    trait: {
      topic: row.topic,
      attribute: row.attribute,
      value: row.value,
      ofMembers: row.ofMembers,
      ofOthers: row.ofOthers,
      ...describeShare(row, shares[place], adjusted[place]),
    },
  }));
  const goods = goodsRows.map((row, place) => {
    const pValue = adjusted[shares.length + ranks.length + place];
    const { strata, ...item } = row;
    const all = strata.reduce(
      (sum, one) => ({
        members: sum.members + one.members,
        others: sum.others + one.others,
        ofMembers: sum.ofMembers + one.ofMembers,
        ofOthers: sum.ofOthers + one.ofOthers,
      }),
      { members: 0, others: 0, ofMembers: 0, ofOthers: 0 },
    );
    const compared = describeShare(all, buyers[place], pValue);
    const { ofMembers, ofOthers } = all;
    return { clearness: clearnessOf(buyers[place], pValue), goods: { ...item, ofMembers, ofOthers, ...compared } };
  });
  return {
    comparisons: adjusted.length,
    traits: traits
      .sort((one, other) => other.clearness - one.clearness || other.row.members - one.row.members)
      .map(({ trait }) => trait),
    figures: known.map((row, place) => describeFigure(row, ranks[place], adjusted[shares.length + place])),
    goods: goods
      .filter(({ goods: { differs } }) => differs !== null)
      .sort((one, other) => other.clearness - one.clearness)
      .map(({ goods: compared }) => compared),
  };
}

/** How far from 1 the nearer bound is: 0 for what does not differ. */
function clearnessOf({ ratio, low, high }: ShareComparison, pValue: number): number {
  if (pValue > familyLevel) return 0;
  const bound = ratio > 1 ? low : 1 / high;
  // Of what only one side has there is no bound.
  return Number.isFinite(bound) && bound > 1 ? bound : 1;
}

function describeShare(
  row: Pick<TraitRow, 'members' | 'others' | 'ofMembers' | 'ofOthers'>,
  found: ShareComparison,
  pValue: number,
): ComparedShare {
  const told = (count: number) => (count < fewestShown ? null : count);
  const [members, others] = [told(row.members), told(row.others)];
  const areTold = members !== null && others !== null;
  return {
    members,
    share: members === null ? null : members / row.ofMembers,
    others,
    otherShare: others === null ? null : others / row.ofOthers,
    expected: areTold ? found.expected : null,
    ratio: areTold ? { value: found.ratio, low: found.low, high: found.high } : null,
    pValue,
    differs: pValue > familyLevel ? null : found.ratio > 1 ? 'more' : 'less',
  };
}

function describeFigure(row: FigureRow, { above }: { above: number }, pValue: number): PortrayedFigure {
  const { difference } = compareMeans({
    treated: { count: row.members, mean: row.mean, variance: row.variance },
    control: { count: row.others, mean: row.otherMean, variance: row.otherVariance },
  });
  return {
    figure: row.figure,
    members: row.members,
    others: row.others,
    mean: row.mean,
    otherMean: row.otherMean,
    total: row.total,
    difference,
    above,
    pValue,
    differs: pValue > familyLevel ? null : above > 0.5 ? 'more' : 'less',
  };
}

/** Who came into a segment and went out of it. */
export interface PortrayedFlows {
  entered: number;
  left: number;
  /** of those who entered a group or cluster: who were in none before; of those who left one: who are in none now; null: it is neither */
  newcomers: number | null;
  gone: number | null;
  /** segments of the same scheme that enough customers came from, and went to */
  from: { segmentId: string; customers: number }[];
  to: { segmentId: string; customers: number }[];
}

export function describeFlows(moves: readonly MoveRow[], segmentId: string): PortrayedFlows {
  const isOfScheme = /^(group|klaviyo|cluster)-/.test(segmentId);
  const of = (change: MoveRow['change']) => moves.filter((move) => move.change === change);
  const sum = (rows: readonly MoveRow[]) => rows.reduce((all, { customers }) => all + customers, 0);
  const told = (rows: readonly MoveRow[]) =>
    rows.flatMap(({ segmentId, customers }) =>
      segmentId === null || customers < fewestShown ? [] : [{ segmentId, customers }],
    );
  const [entered, left] = [of('entered'), of('left')];
  const ofNone = (rows: readonly MoveRow[]) => (isOfScheme ? sum(rows.filter((row) => row.segmentId === null)) : null);
  return {
    entered: sum(entered),
    left: sum(left),
    newcomers: ofNone(entered),
    gone: ofNone(left),
    from: told(entered),
    to: told(left),
  };
}
