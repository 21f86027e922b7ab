import type { FeatureName } from '../features.ts';

/** Values of a feature from `from` on, to below `below`; each may be absent. */
export interface Range {
  readonly feature: FeatureName;
  readonly from?: number;
  readonly below?: number;
}

/** Whoever fulfils all ranges of one of the alternatives. */
export interface MemberRule {
  readonly alternatives: readonly (readonly Range[])[];
  /** share of those whom the rule names that are members */
  readonly precision: number;
  /** share of the members whom the rule names */
  readonly recall: number;
}

export interface RuleColumn {
  readonly feature: FeatureName;
  /** NaN: not known, which no lower border admits */
  readonly values: ArrayLike<number>;
  /** a number that people would name, near this one */
  readonly round: (value: number) => number;
}

interface Binned {
  readonly feature: FeatureName;
  /** ascending; a value is in bin b when b borders are at most the value */
  readonly borders: readonly number[];
  readonly bins: Uint8Array;
}

interface Leaf {
  readonly ranges: readonly Range[];
  readonly members: number;
  readonly others: number;
}

type Node = Leaf & { readonly parts?: readonly [Node, Node] };

const mostDepth = 3;
const mostBorders = 24;
const mostLearners = 20_000;
const mostAlternatives = 3;
/** A further alternative, or a border, must be worth so much in F1, or the rule is better without it. */
const leastGain = { alternative: 0.03, border: 0.01 };

/**
 * Columns cut at borders that people would name; once for all clusters.
 *
 * @param columns of equal length, a value a customer in the feature's own unit
 */
export function binColumns(columns: readonly RuleColumn[]): Binned[] {
  return columns.map(({ feature, values, round }) => {
    const ascending = Float64Array.from(values).sort();
    const count = countNumbers(ascending);
    const borders = new Set<number>();
    for (let cut = 1; cut < mostBorders && count > 0; cut++) {
      const border = round(ascending[Math.floor((cut * count) / mostBorders)]);
      if (border > ascending[0] && border <= ascending[count - 1]) borders.add(border);
    }
    const sorted = [...borders].sort((a, b) => a - b);
    const bins = new Uint8Array(values.length);
    for (let index = 0; index < bins.length; index++) {
      for (const border of sorted) if (border <= values[index]) bins[index]++;
    }
    return { feature, borders: sorted, bins };
  });
}

/**
 * What the members of a cluster have in common, as a person would say it: a decision tree (CART, Gini; Breiman et al.
 * 1984) of at most three questions, grown on the customers as they are spread over the list, its best leaves joined and
 * stripped of what adds nothing. Precision and recall are over all customers.
 *
 * @param assignment by customer
 * @param id the cluster
 */
export function describeMembers(columns: readonly Binned[], assignment: ArrayLike<number>, id: number): MemberRule {
  const everybody = Uint32Array.from({ length: assignment.length }, (_, customer) => customer);
  const step = Math.max(1, Math.ceil(everybody.length / mostLearners));
  const learners = everybody.filter((customer) => customer % step === 0);
  const isMember = (customer: number) => assignment[customer] === id;
  const tree = grow(columns, learners, isMember, [], mostDepth);
  const judge = (alternatives: readonly (readonly Range[])[], customers: Uint32Array) =>
    measure(columns, alternatives, customers, isMember);

  const leaves = leavesOf(tree).sort((a, b) => precisionOf(b) - precisionOf(a));
  let chosen: (readonly Range[])[] = [];
  let best = 0;
  for (const { ranges } of leaves) {
    const further = [...chosen, ranges];
    const { f1 } = judge(further, learners);
    if (chosen.length === mostAlternatives || f1 < best + leastGain.alternative) continue;
    chosen = further;
    best = f1;
  }
  for (const [place, ranges] of chosen.entries()) {
    for (const range of ranges) {
      for (const looser of loosen(range)) {
        const without = chosen.map((other, index) =>
          index === place ? other.flatMap((one) => (sameRange(one, range) ? looser : [one])) : other,
        );
        const { f1 } = judge(without, learners);
        if (f1 < best - leastGain.border) continue;
        chosen = without;
        best = Math.max(best, f1);
        break;
      }
    }
  }
  // A loosened alternative may hold all that another one names.
  for (const ranges of [...chosen]) {
    const without = chosen.filter((other) => other !== ranges);
    if (judge(without, learners).f1 >= judge(chosen, learners).f1) chosen = without;
  }
  const { precision, recall } = judge(chosen, everybody);
  return { alternatives: chosen, precision, recall };
}

/** Sorting puts what is not a number last. */
function countNumbers(sorted: Float64Array): number {
  const first = sorted.findIndex(Number.isNaN);
  return first < 0 ? sorted.length : first;
}

/** The range with one or both of its borders gone. */
function loosen({ feature, from, below }: Range): Range[][] {
  return [[], ...(from !== undefined && below !== undefined ? [[{ feature, from }], [{ feature, below }]] : [])];
}

function sameRange(a: Range, b: Range): boolean {
  return a.feature === b.feature && a.from === b.from && a.below === b.below;
}

function grow(
  columns: readonly Binned[],
  customers: Uint32Array,
  isMember: (customer: number) => boolean,
  ranges: readonly Range[],
  depth: number,
): Node {
  const members = customers.reduce((count, customer) => count + Number(isMember(customer)), 0);
  const leaf: Leaf = { ranges, members, others: customers.length - members };
  if (depth === 0 || members === 0 || leaf.others === 0) return leaf;
  const split = findSplit(columns, customers, isMember, leaf);
  if (!split) return leaf;
  const { column, bin } = split;
  const border = column.borders[bin];
  const parts = [false, true].map((isAbove) =>
    grow(
      columns,
      customers.filter((customer) => column.bins[customer] > bin === isAbove),
      isMember,
      narrow(ranges, isAbove ? { feature: column.feature, from: border } : { feature: column.feature, below: border }),
      depth - 1,
    ),
  ) as [Node, Node];
  return { ...leaf, parts };
}

/** The border that leaves the least Gini impurity; the first of equal ones. Nothing where none lessens it. */
function findSplit(
  columns: readonly Binned[],
  customers: Uint32Array,
  isMember: (customer: number) => boolean,
  all: Leaf,
): { column: Binned; bin: number } | undefined {
  const impurity = (members: number, others: number) => (members * others) / Math.max(1, members + others);
  let least = impurity(all.members, all.others) * (1 - 1e-9);
  let best: { column: Binned; bin: number } | undefined;
  for (const column of columns) {
    const members = new Float64Array(column.borders.length + 1);
    const others = new Float64Array(column.borders.length + 1);
    for (const customer of customers) (isMember(customer) ? members : others)[column.bins[customer]]++;
    let membersBelow = 0;
    let othersBelow = 0;
    for (let bin = 0; bin < column.borders.length; bin++) {
      membersBelow += members[bin];
      othersBelow += others[bin];
      const left = impurity(membersBelow, othersBelow) + impurity(all.members - membersBelow, all.others - othersBelow);
      if (left >= least) continue;
      least = left;
      best = { column, bin };
    }
  }
  return best;
}

function narrow(ranges: readonly Range[], border: Range): Range[] {
  const same = ranges.find(({ feature }) => feature === border.feature);
  return same ? ranges.map((range) => (range === same ? { ...range, ...border } : range)) : [...ranges, border];
}

function leavesOf(node: Node): Leaf[] {
  return node.parts ? node.parts.flatMap(leavesOf) : [node];
}

function precisionOf({ members, others }: Leaf): number {
  return members / Math.max(1, members + others);
}

function measure(
  columns: readonly Binned[],
  alternatives: readonly (readonly Range[])[],
  customers: Uint32Array,
  isMember: (customer: number) => boolean,
): { precision: number; recall: number; f1: number } {
  const tests = alternatives.map((ranges) =>
    ranges.map(({ feature, from, below }) => {
      const { borders, bins } = columns.find((column) => column.feature === feature)!;
      const lowest = from === undefined ? 0 : borders.indexOf(from) + 1;
      const highest = below === undefined ? borders.length : borders.indexOf(below);
      return (customer: number) => bins[customer] >= lowest && bins[customer] <= highest;
    }),
  );
  let named = 0;
  let hits = 0;
  let members = 0;
  for (const customer of customers) {
    const isNamed = tests.some((all) => all.every((test) => test(customer)));
    const belongs = isMember(customer);
    if (isNamed) named++;
    if (belongs) members++;
    if (isNamed && belongs) hits++;
  }
  const precision = named > 0 ? hits / named : 0;
  const recall = members > 0 ? hits / members : 0;
  return { precision, recall, f1: hits > 0 ? (2 * precision * recall) / (precision + recall) : 0 };
}
