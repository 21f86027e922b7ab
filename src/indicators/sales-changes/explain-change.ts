/** What is told of sales: what was paid and kept, orders, and customers who ordered. */
export const figures = ['net-sales', 'orders', 'customers'] as const;
export type ChangedFigure = (typeof figures)[number];

/** By what a change is taken apart: groups of customers, categories, items. */
export const changeDimensions = ['segment', 'category', 'item'] as const;
export type ChangeDimension = (typeof changeDimensions)[number];

/** What came of a member of a dimension, before and now; money in minor units. */
export interface ChangedMember {
  dimension: ChangeDimension;
  /** empty: facts do not tell */
  member: string;
  before: Record<ChangedFigure, number>;
  now: Record<ChangedFigure, number>;
}

export interface Amounts {
  before: number;
  now: number;
}

/** The change of a figure by a dimension: its parts and the others sum up to the whole. */
export interface ChangeByDimension {
  dimension: ChangeDimension;
  /** what moved most, in whichever direction, first */
  parts: (Amounts & { member: string })[];
  others: Amounts & { members: number };
}

export interface ExplainedChange extends Amounts {
  figure: ChangedFigure;
  by: ChangeByDimension[];
}

/** Takes the change of each figure apart by each dimension. @param most so many members are told one by one */
export function explainChange(members: readonly ChangedMember[], most: number): ExplainedChange[] {
  const of = new Map(
    changeDimensions.map((dimension) => [dimension, members.filter((one) => one.dimension === dimension)]),
  );
  return figures.map((figure) => ({
    figure,
    // Every dimension sums up to the same: each fact is of one member, or shared out among several.
    ...sumUp(amountsOf(of.get('item')!, figure)),
    by: changeDimensions.map((dimension) => partsOf(dimension, amountsOf(of.get(dimension)!, figure), most)),
  }));
}

type Part = Amounts & { member: string };

const amountsOf = (members: readonly ChangedMember[], figure: ChangedFigure): Part[] =>
  members.map(({ member, before, now }) => ({ member, before: before[figure], now: now[figure] }));

function partsOf(dimension: ChangeDimension, parts: readonly Part[], most: number): ChangeByDimension {
  const change = ({ before, now }: Amounts) => now - before;
  const sorted = parts
    .filter(({ before, now }) => before !== 0 || now !== 0)
    .toSorted((one, other) => Math.abs(change(other)) - Math.abs(change(one)) || (one.member < other.member ? -1 : 1));
  const others = sorted.slice(most);
  return { dimension, parts: sorted.slice(0, most), others: { members: others.length, ...sumUp(others) } };
}

function sumUp(parts: readonly Amounts[]): Amounts {
  return parts.reduce((sum, { before, now }) => ({ before: sum.before + before, now: sum.now + now }), {
    before: 0,
    now: 0,
  });
}
