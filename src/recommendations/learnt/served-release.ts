import type { ComplementTable } from '../complements/complement-table.ts';
import type { NeighbourTable } from '../lists/fold-in.ts';
import type { BlockRow } from '../rules/learnt-rules.ts';
import type { RulesByContext } from '../rules/served-rules.ts';

/** Of which version something is. */
export interface Learnt {
  version: number;
  asOf: Date;
}

/** The published release as it is served from memory; items are dense indices of the catalogue. Never changed, only replaced. */
export interface ServedRelease {
  releaseId: number | null;
  publishedAt: Date | null;
  /** `scores` as a share of the most popular item's */
  popularity: (Learnt & { items: Int32Array; scores: Float64Array }) | undefined;
  rules: (Learnt & RulesByContext & { complements: ComplementTable }) | undefined;
  /** rules that a person does not want, whatever the version */
  ruleBlocks: readonly BlockRow[];
  collaborative: (Learnt & { neighbours: NeighbourTable; repurchase: 'allow' | 'exclude' }) | undefined;
}

export const nothingReleased: ServedRelease = {
  releaseId: null,
  publishedAt: null,
  popularity: undefined,
  rules: undefined,
  ruleBlocks: [],
  collaborative: undefined,
};
