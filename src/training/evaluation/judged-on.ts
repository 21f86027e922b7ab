import { dayMs } from '../../shop/days.ts';
import type { ModelVersion } from '../../versions/index.ts';
import type { TrainingRun } from '../runs/run.ts';
import type { Evaluation } from './evaluate-lists.ts';

/** On what a version's figures rest: who of whom it was asked what they would buy. Those of two runs need not be the same. */
export interface JudgedOn {
  training_run_id: string;
  /** what was bought from then on, and until then, was to be foreseen */
  from: string;
  until: string;
  window_days: number;
  customers: number;
}

/** What a run's gate found of two recipes, on the same customers. */
export interface PairedFigure {
  training_run_id: string;
  /** the version that the run made, and the one that was served until then */
  version: number;
  against: number;
  customers: number;
  /** NDCG@10 of the list by the recipe that the run tried less that by the served one's, with its 95 % interval */
  mean: number;
  low: number;
  high: number;
  /** true: the served recipe was better, so that the run made its version by that one, and not by what it had tried */
  keeps_recipe: boolean;
}

type Of = readonly [version: ModelVersion, run: TrainingRun | undefined];

const evaluationOf = (run: TrainingRun | undefined) => run?.metrics['evaluation'] as Evaluation | undefined;
/** Versions that are no lists have no figures of an evaluation. */
const isJudged = ({ metrics }: ModelVersion) => Boolean(metrics['evaluation']);

/** null: the version was not judged */
export function judgedOn(version: ModelVersion, run: TrainingRun | undefined): JudgedOn | null {
  const evaluation = evaluationOf(run);
  if (!run || !evaluation || !isJudged(version)) return null;
  const from = Date.parse(evaluation.cut);
  return {
    training_run_id: String(run.trainingRunId),
    from: new Date(from).toISOString(),
    until: new Date(from + evaluation.window_days * dayMs).toISOString(),
    window_days: evaluation.window_days,
    customers: evaluation.customers,
  };
}

/** What the gate of the run that made one of the versions found beside the other; null: the other was not served then. */
export function pairedFigure(one: Of, other: Of): PairedFigure | null {
  return beside(one, other[0]) ?? beside(other, one[0]);
}

function beside([version, run]: Of, served: ModelVersion): PairedFigure | null {
  const evaluation = evaluationOf(run);
  const found = evaluation?.comparisons.find(({ against }) => against === 'published-recipe');
  if (!run || !evaluation || !found || !isJudged(version)) return null;
  if (run.versionsBefore[version.kind] !== served.version) return null;
  const { mean, low, high } = found;
  return {
    training_run_id: String(run.trainingRunId),
    version: version.version,
    against: served.version,
    customers: evaluation.customers,
    ...{ mean, low, high },
    keeps_recipe: evaluation.winner === 'published-recipe',
  };
}
