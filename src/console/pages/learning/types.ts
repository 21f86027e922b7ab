import type { Answer } from '../../api/index.ts';

export type Run = Answer<'/v1/training-runs'>['items'][number];
export type Version = Answer<'/v1/models/{kind}/versions'>['items'][number];
export type Release = Answer<'/v1/releases'>['items'][number];
export type Comparison = Answer<'/v1/models/{kind}/versions/{version}/comparison'>;
export type Kind = Version['kind'];

type Differences = Comparison['difference'];
/** The difference of the kind that has such a field. */
export type Having<Field extends string> = Extract<Differences, Record<Field, unknown>>;

/** What an item is called; one without a title by its id. */
export function titlesOf({ named_items: named }: Pick<Comparison, 'named_items'>): (itemId: string) => string {
  const titles = new Map(named.map(({ item_id, title }) => [item_id, title]));
  return (itemId) => titles.get(itemId) ?? itemId;
}

/** In the order in which a night learns them. */
export const kinds: readonly Kind[] = [
  'popularity',
  'association-rules',
  'collaborative-filtering',
  'segmentation',
  'customer-value',
  'customer-tags',
];

/** One line of an evaluation, as runs and versions keep it in their metrics. */
export interface Judged {
  name: string;
  ndcg_at_10: number;
  interval: [low: number, high: number];
  recall_at_10: number;
  recall_interval: [low: number, high: number];
  coverage: number;
}

export interface Evaluation {
  cut: string;
  window_days: number;
  customers: number;
  sellable_items: number;
  rows: Judged[];
  /** which of the full lists was fitted on everything: by the recipe tried, or by the published one, which was better */
  winner?: 'served-list' | 'published-recipe';
}

/** The served list under one recipe less something else, on the same customers. */
export interface GateComparison {
  against: 'published-recipe' | 'popularity';
  mean: number;
  low: number;
  high: number;
}

export interface Verdict {
  passed: boolean;
  reason: string;
  comparisons: GateComparison[];
  faults: string[];
}

export const evaluationOf = ({ metrics }: Pick<Run, 'metrics'>): Evaluation | undefined =>
  (metrics as { evaluation?: Evaluation } | null)?.evaluation;

/** How well the list foresees that the run has made. */
export const madeRow = (evaluation: Evaluation | undefined): Judged | undefined =>
  evaluation?.rows.find(({ name }) => name === (evaluation.winner ?? 'served-list'));

/** Of models that make lists: how well they foresee. */
export const judgedOf = ({ metrics }: Version): Judged | undefined =>
  (metrics as { evaluation?: Judged | null }).evaluation ?? undefined;

export const verdictOf = ({ verdict }: Pick<Run, 'verdict'>): Verdict | undefined =>
  (verdict as Verdict | null) ?? undefined;

export const countOf = ({ counts }: Pick<Run, 'counts'>, name: string): number | undefined => {
  const value = (counts as Record<string, unknown> | null)?.[name];
  return typeof value === 'number' ? value : undefined;
};

/** How long it took, or has taken until now, in seconds. */
export const secondsOf = ({ started_at, finished_at }: Run): number =>
  ((finished_at ? Date.parse(finished_at) : Date.now()) - Date.parse(started_at)) / 1_000;
