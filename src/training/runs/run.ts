import type { ModelKind } from '../../versions/index.ts';
import type { SparkSettings } from '../engines/spark/settings.ts';
import type { Recipes } from '../learners/index.ts';

/** refused: the gate kept it from being released. */
export type RunStatus = 'running' | 'succeeded' | 'refused' | 'failed';

/** How far a run is; `eta_seconds` by the stages of the last run of the same models, null where there was none. */
export interface Progress {
  stage: string | null;
  done: number;
  total: number;
  eta_seconds: number | null;
  /** the stages that are over, with their wall time */
  stages: { name: string; seconds: number }[];
}

/** One training as it is kept; null for what is not decided yet, or never will be. */
export interface TrainingRun {
  trainingRunId: number;
  status: RunStatus;
  models: ModelKind[];
  /** the run's only clock */
  asOf: Date;
  /** facts received later were not looked at */
  watermark: Date | null;
  seed: number;
  recipes: Partial<Recipes>;
  codeVersion: string;
  startedAt: Date;
  finishedAt: Date | null;
  progress: Progress;
  counts: Record<string, number>;
  metrics: Record<string, unknown>;
  verdict: Record<string, unknown> | null;
  versions: Partial<Record<ModelKind, number>>;
  /** what was served until the run ended: what its versions take the place of */
  versionsBefore: Partial<Record<ModelKind, number>>;
  releaseId: number | null;
  /** in sentences for people */
  warnings: string[];
  error: string | null;
}

/** What the trainer's process is sent, as one line of JSON on its standard input. */
export interface Job {
  connectionString: string;
  schema: string;
  trainingRunId: number;
  models: ModelKind[];
  asOf: string;
  seed: number;
  /** of the models of this run */
  recipes: Partial<Recipes>;
  publish: 'gate' | 'never';
  reason: 'night' | 'publish';
  evaluationDays: number;
  minorDigits: number;
  /** the shop's */
  timeZone: string;
  /** declared attributes of customers that a whole run learns; absent: none */
  predictedAttributes?: readonly string[];
  barredAttributes?: readonly string[];
  /** what its process may take; undefined: whatever there is */
  memoryMb?: number;
  lease: { name: string; holder: string; seconds: number };
  /** who learns: this machine alone where it is absent */
  spark?: SparkSettings | undefined;
}

export const trainingLease = 'training';
export const defaultEvaluationDays = 28;
