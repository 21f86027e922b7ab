import type { RecipeTrial } from '../../models/collaborative-filtering/index.ts';
import { figuresBeside, recipeChanges, type TrainingRun } from '../training/index.ts';
import { kinds, type ModelVersion } from '../versions/index.ts';
import { figure, section, table, withInterval } from './terminal/output.ts';

/** A new version beside the one that was published when it was made. */
export interface MadeBeside {
  published: ModelVersion | undefined;
  made: ModelVersion;
}

/** How the evaluation judged, as the run's metrics hold it. */
interface Evaluation {
  customers: number;
  window_days: number;
  rows: {
    name: string;
    ndcg_at_10: number;
    interval: [number, number];
    recall_at_10: number;
    recall_interval?: [number, number];
    coverage: number;
  }[];
}

interface Comparison {
  against: string;
  mean: number;
  low: number;
  high: number;
}

/** A run for people: stages, what was tried, how it was judged, and what it made beside what was published. */
export function describeRun(run: TrainingRun, versions: MadeBeside[]): string {
  return [
    `Run ${run.trainingRunId} ${run.status}${run.error ? `: ${run.error}` : ''}`,
    ...run.warnings.map((warning) => `Warning: ${warning}`),
    section(
      'Stages',
      run.progress.stages.map(({ name, seconds }) => ({ name, seconds: seconds.toFixed(2) })),
    ),
    describeTrials(versions),
    describeEvaluation(run),
    ...versions.map(describeBeside),
    describeRefusal(run),
    run.releaseId ? `Release ${run.releaseId} is served.` : 'Nothing new is served.',
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** A model that was refused fails nothing, and has no version. */
function describeRefusal({ metrics }: TrainingRun): string {
  return kinds
    .map((kind) => [kind, (metrics[kind] as { refusal?: string } | undefined)?.refusal])
    .filter(([, refusal]) => refusal !== undefined)
    .map(([kind, refusal]) => `There is no ${kind}: ${refusal}.`)
    .join('\n');
}

function describeEvaluation({ metrics, verdict }: TrainingRun): string {
  const evaluation = metrics['evaluation'] as Evaluation | undefined;
  const gate = verdict as { passed: boolean; reason: string; comparisons: Comparison[] } | null;
  const between = (ends: [number, number] | undefined) => (ends ? ` [${figure(ends[0])}, ${figure(ends[1])}]` : '');
  return [
    evaluation &&
      section(
        `Judged by ${evaluation.customers} customers, ${evaluation.window_days} days (means with 95 % intervals)`,
        evaluation.rows.map((row) => ({
          name: row.name,
          'NDCG@10': `${figure(row.ndcg_at_10)}${between(row.interval)}`,
          'Recall@10': `${figure(row.recall_at_10)}${between(row.recall_interval)}`,
          coverage: figure(row.coverage),
        })),
      ),
    gate?.comparisons.length &&
      table(
        gate.comparisons.map(({ against, mean, low, high }) => ({
          'the list less': against,
          'NDCG@10': withInterval({ mean, low, high }),
        })),
      ),
    gate && `The gate ${gate.passed ? 'lets it pass' : 'refuses it'}. ${gate.reason}`,
  ]
    .filter(Boolean)
    .join('\n\n');
}

function describeTrials(versions: MadeBeside[]): string {
  const trials = versions.flatMap(({ made }) => (made.metrics['trials'] as RecipeTrial[] | undefined) ?? []);
  if (trials.length === 0) return '';
  return section(
    'Tried on the validation part of the data',
    trials.map(({ method, settings, refused, ...figures }) => ({
      method,
      NDCG: refused === undefined ? figure(figures.ndcg) : '',
      recall: refused === undefined ? figure(figures.recall) : '',
      coverage: refused === undefined ? figure(figures.coverage) : '',
      novelty: refused === undefined ? figures.novelty.toFixed(2) : '',
      seconds: figures.seconds.toFixed(2),
      settings:
        refused === undefined
          ? Object.entries(settings)
              .map(([name, value]) => `${name}=${typeof value === 'number' ? Number(value.toPrecision(3)) : value}`)
              .join(' ')
          : `refused: ${refused}`,
    })),
  );
}

/** What the evaluation says is shown once for the run: its table judges the published recipe on the same customers. */
function describeBeside({ published, made }: MadeBeside): string {
  const before = published ? `v${published.version} (published)` : 'nothing published';
  const figures = figuresBeside(published?.metrics ?? {}, made.metrics)
    .filter(({ name }) => !name.startsWith('evaluation.'))
    .map(({ name, first, second }) => ({ figure: name, published: figure(first), 'this run': figure(second) }));
  const changes = published ? recipeChanges(published.recipe, made.recipe) : [];
  return [
    `${made.kind} v${made.version} beside ${before}`,
    ...(figures.length > 0 ? [table(figures)] : []),
    ...(changes.length > 0
      ? [table(changes.map(({ field, first, second }) => ({ recipe: field, published: first, 'this run': second })))]
      : []),
  ].join('\n');
}
