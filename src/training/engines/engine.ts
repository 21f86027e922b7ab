import type { TaskRunner } from '../../../models/collaborative-filtering/index.ts';
import type { Recipes } from '../learners/index.ts';
import type { AnyLearner, Learner, LearnerKind, RunSettings, Task } from '../learners/learner.ts';
import type { FactorFit, WorkedOut } from '../learners/worked-out.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** What a run will learn, told to its engine once the recipes are searched. */
export interface Ahead {
  due: readonly AnyLearner[];
  settings: RunSettings;
  snapshot: Snapshot;
  recipes: Recipes;
  /** the factors that evaluation and learning will ask for */
  fits: readonly FactorFit[];
}

/** Runs a part of the work as a stage of the run. */
export type RunStage = <Result>(name: string, work: () => Promise<Result>) => Promise<Result>;

/**
 * Where learning is done. A run asks its engine for what each learner learns; in which process or on which machines `learn` runs,
 * and how the task comes there, is the engine's affair alone.
 */
export interface Engine {
  /** Works on what a run's process can part: trials, lists. */
  readonly runner: TaskRunner;
  /** Works out elsewhere what takes long, before it is asked for; an engine without it learns everything in `learn`. */
  readonly ahead?: {
    /** of the run, in which it works, for these learners */
    stages(due: readonly AnyLearner[]): string[];
    /** The recipes without what it cannot learn, and why in sentences for people. */
    restrict(recipes: Partial<Recipes>): { recipes: Partial<Recipes>; reasons: string[] };
    /** @throws Error in words, where it could not be done: the run has failed */
    workOut(ahead: Ahead, stage: RunStage): Promise<WorkedOut>;
  };
  learn<Recipe, Learnt, Beside>(
    learner: Learner<LearnerKind, Recipe, Learnt, Beside>,
    task: Task<Recipe, Beside>,
  ): Promise<Learnt>;
}
