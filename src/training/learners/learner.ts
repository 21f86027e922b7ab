import type { z } from 'zod';
import type { TaskRunner, TaughtLesson } from '../../../models/collaborative-filtering/index.ts';
import type { Database, Transaction } from '../../db/index.ts';
import {
  kinds,
  type LoadedTable,
  type ModelKind,
  type ModelVersion,
  type PublishedRelease,
} from '../../versions/index.ts';
import type { Evaluation } from '../evaluation/evaluate-lists.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { WorkedOut } from './worked-out.ts';

/** All that is learnt, in the order of learning. The last two have no versions: they are kept with the customers and the campaigns. */
export const learnerKinds = [...kinds, 'customer-labels', 'coupon-response'] as const;
/** The kind of a learner: that of its model, or of what is kept with campaigns. */
export type LearnerKind = (typeof learnerKinds)[number];

/** What whoever starts a run and the shop's settings say of it. */
export interface RunSettings {
  /** the run's only clock */
  asOf: Date;
  seed: number;
  threads: number;
  minorDigits: number;
  timeZone: string;
  /** declared attributes of customers that are learnt; absent: none */
  predictedAttributes?: readonly string[];
  barredAttributes?: readonly string[];
}

/** All that `learn` works on. */
export interface Task<Recipe = unknown, Beside = unknown> {
  snapshot: Snapshot;
  recipe: Recipe;
  /** what `gather` read; undefined: the learner gathers nothing */
  beside: Beside;
  settings: RunSettings;
  /** what the engine has worked out beforehand */
  workedOut?: WorkedOut | undefined;
  /** what judging the recipe taught of the order of its lists; undefined: the learner finds it out */
  taught?: readonly TaughtLesson[] | undefined;
}

/** Where a learner gathers what it needs beside the snapshot. */
export interface Surroundings<Recipe = unknown> extends Omit<Task<Recipe>, 'beside'> {
  db: Database;
  /** what was published when the run began */
  published: PublishedRelease | undefined;
  /** What another learner, one of `needs`, has learnt in this run; undefined: the run does not learn it. */
  learntBy<Other extends Learner>(other: Other): Awaited<ReturnType<Other['learn']>> | undefined;
}

/** One model as a run knows it: whatever hangs on its kind is said here and nowhere else. */
export interface Learner<Kind extends LearnerKind = LearnerKind, Recipe = unknown, Learnt = unknown, Beside = unknown> {
  /** also the name of its stage */
  readonly kind: Kind;
  /** the values of the nightly run */
  readonly recipe: Recipe;
  readonly schema: z.ZodType<Recipe>;
  /** what must have been learnt before it, where a run learns both */
  readonly needs: readonly LearnerKind[];
  /** learnt by runs of all models, and by no others */
  readonly onlyInWholeRuns?: boolean;
  /** the lists that customers see are made by its recipe, so that it is judged by them before it is learnt */
  readonly makesLists?: boolean;
  /** false: there is nothing to learn from, and the run has no such stage; by default there is */
  hasWork?(db: Database, settings: RunSettings): Promise<boolean>;
  /**
   * Settles what the recipe leaves open, on the facts before `cut` alone: what judges a recipe must not have chosen it. One learner does.
   * @param runner works on the trials
   */
  search?(
    snapshot: Snapshot,
    recipe: Recipe,
    cut: number,
    options: { settings: RunSettings; runner: TaskRunner },
  ): Promise<{ recipe: Recipe; trials: readonly unknown[]; taught?: Task['taught'] }>;
  /** Reads what is needed beside the snapshot. */
  gather?(around: Surroundings<Recipe>): Promise<Beside>;
  /** Learns from its task and nothing else, so that an engine can run it wherever it has the task. */
  learn(task: Task<Recipe, Beside>): Learnt | Promise<Learnt>;
  /** What the run counts. */
  counts?(learnt: Learnt): Record<string, number>;
  /** What the run reports of it. */
  metrics?(learnt: Learnt): Record<string, unknown>;
}

/** What was learnt, with all that a version reports of how. */
export interface Made<Recipe = unknown, Learnt = unknown> {
  learnt: Learnt;
  recipe: Recipe;
  snapshot: Snapshot;
  /** what the search tried; undefined: nothing was searched */
  trials: readonly unknown[] | undefined;
  /** undefined: the run makes no lists */
  evaluation: Evaluation | undefined;
}

/** How versions of a kind are made, reported and compared. */
export interface Served<Recipe = unknown, Learnt = unknown, Difference = unknown> {
  /** the served tables that its rows lie in */
  readonly tables: readonly string[];
  /** Why there is no version though it was learnt; that fails nothing. */
  refusal?(learnt: Learnt): string | undefined;
  /** What cannot be right, for the gate. @param published the version that is served; undefined: none is */
  faults?(learnt: Learnt, published: ModelVersion | undefined): string[];
  /**
   * Copies the rows into tables of the new version, which nobody reads before they are attached.
   * @param runner makes them, where that takes long
   */
  load(db: Database, version: number, made: Made<Recipe, Learnt>, runner: TaskRunner): Promise<LoadedTable[]>;
  metrics(made: Made<Recipe, Learnt>): Record<string, unknown>;
  summary(made: Made<Recipe, Learnt>): Record<string, unknown>;
  /** Writes what follows from a release, in its transaction. @param before the version served until now */
  onRelease?(tx: Transaction, before: number | undefined, version: number): Promise<void>;
  /** How far two versions differ in what they say. */
  compare(db: Database, first: number, second: number): Promise<Difference>;
}

/** A learner of what is served in versions. */
export interface ServedLearner<
  Kind extends ModelKind = ModelKind,
  Recipe = unknown,
  Learnt = unknown,
  Beside = unknown,
  Difference = unknown,
> extends Learner<Kind, Recipe, Learnt, Beside> {
  readonly served: Served<Recipe, Learnt, Difference>;
}

/** A learner of what has no versions, because it belongs to something else that has its own life. */
export interface KeptLearner<
  Kind extends Exclude<LearnerKind, ModelKind> = Exclude<LearnerKind, ModelKind>,
  Recipe = unknown,
  Learnt = unknown,
  Beside = unknown,
  Prepared = unknown,
> extends Learner<Kind, Recipe, Learnt, Beside> {
  readonly served?: undefined;
  readonly kept: {
    /** Works out what is to be written. */
    prepare(db: Database, learnt: Learnt, settings: RunSettings): Promise<Prepared>;
    /** Writes it, in the transaction that publishes. */
    keep(tx: Transaction, trainingRunId: number, prepared: Prepared): Promise<void>;
  };
}

export type AnyLearner = ServedLearner | KeptLearner;
