import { type Command, Option } from 'commander';
import { type Config, readConfig } from '../../config.ts';
import {
  figuresBeside,
  recipeChanges,
  type TrainingRequest,
  type TrainingRun,
  toRunJson,
} from '../../training/index.ts';
import { getVersion, kinds, type ModelKind, readPublishedRelease } from '../../versions/index.ts';
import { describeRun, type MadeBeside } from '../run-report.ts';
import { type Session, withStations } from '../session.ts';
import { summaries } from '../summaries.ts';
import { collect, evaluationDays, timestamp, wholeNumber } from '../terminal/arguments.ts';
import { exitCodes } from '../terminal/exit-codes.ts';
import type { Output } from '../terminal/output.ts';
import { readSettings } from '../terminal/recipe-settings.ts';

/** `pannier train` */
export function addTrainCommand(program: Command, output: () => Output): void {
  program
    .command('train')
    .description(summaries.train)
    .addOption(new Option('--model <kind...>', 'only these models').choices(kinds))
    .option('--as-of <time>', "the run's only clock; give the end of the data for an old data set", timestamp)
    .option('--seed <number>', 'seed of everything random', wholeNumber)
    .option(
      '--set <path=value>',
      'a recipe value for this run, with the kind first unless one --model is given',
      collect,
      [],
    )
    .option('--evaluation-days <days>', 'length of the window that the evaluation judges', evaluationDays)
    .option('--no-publish', 'keep the versions unpublished')
    .addHelpText(
      'after',
      `
Examples:
  pannier train --model association-rules --set minimumSupport=0.01
  pannier train --no-publish --set collaborative-filtering.methods.item-knn.shrinkage=[10,30] --set popularity.halfLifeDays=30`,
    )
    .action((options) => train(readConfig(), output(), options));
}

export interface TrainOptions {
  model?: ModelKind[];
  asOf?: Date;
  seed?: number;
  set: string[];
  evaluationDays?: number;
  publish: boolean;
}

export async function train(config: Config, output: Output, options: TrainOptions): Promise<void> {
  const { model } = options;
  const request: TrainingRequest = {
    models: model,
    asOf: options.asOf,
    seed: options.seed,
    recipes: readSettings(options.set, model?.length === 1 ? model[0] : undefined),
    evaluationDays: options.evaluationDays,
    publish: options.publish ? 'gate' : 'never',
  };
  const { run, versions } = await withStations(config, async (session) => {
    const published = (await readPublishedRelease(session.database))?.models ?? {};
    const run = await trainWithProgress(session, output, request);
    const made = Object.entries(run.versions) as [ModelKind, number][];
    const versions = await Promise.all(
      made.map(async ([kind, version]): Promise<MadeBeside> => {
        return { published: published[kind], made: await getVersion(session.database, kind, version) };
      }),
    );
    return { run, versions };
  });
  const beside = versions.map(({ published, made }) => ({
    kind: made.kind,
    published: published?.version ?? null,
    made: made.version,
    metrics: figuresBeside(published?.metrics ?? {}, made.metrics),
    recipe_changes: published ? recipeChanges(published.recipe, made.recipe) : [],
  }));
  output.result({ ...toRunJson(run), beside }, () => describeRun(run, versions));
  if (run.status === 'failed') process.exitCode = exitCodes.failed;
  if (run.status === 'refused') process.exitCode = exitCodes.refused;
}

/** Starts a run and waits for its end behind a progress bar. */
export async function trainWithProgress(
  { stations }: Pick<Session, 'stations'>,
  output: Output,
  request: TrainingRequest,
): Promise<TrainingRun> {
  const bar = output.bar('Training');
  const { trainingRunId } = await stations.training.startRun(request);
  const run = await stations.training.waitForRun(trainingRunId, ({ progress }) =>
    bar.update(progress.done, progress.total, describeProgress(progress), 1),
  );
  bar.stop();
  return run;
}

function describeProgress({ stage, stages, done, total, eta_seconds }: TrainingRun['progress']): string {
  const last = stages.at(-1);
  return [
    stage ?? (total > 0 && done >= total ? 'done' : 'starting'),
    last && `${last.name} took ${last.seconds.toFixed(1)} s`,
    eta_seconds ? `about ${eta_seconds} s left` : '',
  ]
    .filter(Boolean)
    .join(' · ');
}
