import type { Config } from '../config.ts';
import { PannierError } from '../errors.ts';
import type { TrainingRun } from '../training/index.ts';
import { kinds, type ModelKind } from '../versions/index.ts';
import { type Output, table } from './output.ts';
import { type Session, withStations } from './session.ts';

interface TrainOptions {
  model?: ModelKind[];
  asOf?: Date;
  seed?: number;
  set: string[];
  evaluationDays?: number;
  publish: boolean;
}

const refusedByGate = 3;

export async function train(config: Config, output: Output, options: TrainOptions): Promise<void> {
  const request = {
    models: options.model,
    asOf: options.asOf,
    seed: options.seed,
    recipes: readSettings(options.set),
    evaluationDays: options.evaluationDays,
    publish: options.publish ? ('gate' as const) : ('never' as const),
  };
  const run = await withStations(config, (session) => trainWithProgress(session, output, request));
  output.result(run, () => describeRun(run));
  if (run.status === 'failed') process.exitCode = 1;
  if (run.status === 'refused') process.exitCode = refusedByGate;
}

/** Starts a run and waits for its end behind a progress bar. */
export async function trainWithProgress(
  { stations }: Pick<Session, 'stations'>,
  output: Output,
  request: Parameters<Session['stations']['training']['startRun']>[0],
): Promise<TrainingRun> {
  const bar = output.bar('Training');
  const { trainingRunId } = await stations.training.startRun(request);
  const run = await stations.training.waitForRun(trainingRunId, ({ progress }) =>
    bar.update(progress.done, progress.total, progress.stage ?? ''),
  );
  bar.stop();
  return run;
}

/** `association-rules.minimumSupport=0.01` as `{ 'association-rules': { minimumSupport: 0.01 } }`. */
function readSettings(settings: string[]): Partial<Record<ModelKind, Record<string, unknown>>> {
  const recipes: Partial<Record<ModelKind, Record<string, unknown>>> = {};
  for (const setting of settings) {
    const [, kind, path, text] = /^([a-z-]+)\.([\w.]+)=(.*)$/.exec(setting) ?? [];
    if (!kinds.includes(kind as ModelKind)) {
      throw new PannierError(
        'invalid_request',
        `--set ${setting}: write it as kind.field=value, kind one of ${kinds.join(', ')}`,
      );
    }
    let at = (recipes[kind as ModelKind] ??= {});
    const names = path!.split('.');
    for (const name of names.slice(0, -1)) at = (at[name] ??= {}) as Record<string, unknown>;
    at[names.at(-1)!] = readValue(text!);
  }
  return recipes;
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function describeRun(run: TrainingRun): string {
  const evaluation = run.metrics['evaluation'] as { rows?: Record<string, unknown>[] } | undefined;
  return [
    `Run ${run.trainingRunId} ${run.status}${run.error ? `: ${run.error}` : ''}`,
    table(run.progress.stages),
    evaluation?.rows ? table(evaluation.rows.map(({ interval, ...row }) => row)) : '',
    run.verdict ? `Verdict: ${JSON.stringify(run.verdict)}` : '',
    run.releaseId ? `Release ${run.releaseId} is served.` : 'Nothing new is served.',
  ]
    .filter(Boolean)
    .join('\n\n');
}
