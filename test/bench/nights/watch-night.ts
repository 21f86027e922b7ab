import type { Training } from '../../../src/training/index.ts';
import type { TrainingRun } from '../../../src/training/runs/run.ts';
import type { TrainingRequest } from '../../../src/training/runs/run-starter.ts';
import { databaseSeconds, processorSeconds, residentMegabytes } from '../process-usage.ts';

/** One stage: by the clock, and of processors, of the trainer with its threads and of Postgres. */
export interface WatchedStage {
  readonly name: string;
  readonly seconds: number;
  readonly trainer: number;
  readonly postgres: number;
  /** what the trainer held of memory, at most */
  readonly megabytes: number;
}

export interface WatchedNight {
  readonly run: TrainingRun;
  /** what comes before the first one and after the last is theirs */
  readonly stages: readonly WatchedStage[];
  readonly seconds: number;
  readonly peakMegabytes: number;
}

/**
 * Runs a night and looks several times a second at what its processes took, so that the processors' seconds of a stage are
 * right to about a third of one.
 *
 * @param folder of the database
 */
export async function watchNight(training: Training, folder: string, request: TrainingRequest): Promise<WatchedNight> {
  const started = performance.now();
  const stages: WatchedStage[] = [];
  const look = (former: number) => {
    const processId = training.trainerProcessId();
    return {
      trainer: Math.max(former, processId ? processorSeconds(processId) : 0),
      postgres: databaseSeconds(folder),
    };
  };
  let last = look(0);
  let before = last;
  let megabytes = 0;
  const { trainingRunId } = await training.startRun(request);
  const run = await training.waitForRun(trainingRunId, ({ progress }) => {
    const ended = progress.stages.slice(stages.length);
    last = look(last.trainer);
    megabytes = Math.max(megabytes, residentMegabytes(training.trainerProcessId()));
    for (const { name, seconds } of ended) {
      // Of several that ended between two looks the last has it all.
      const isLast = name === ended.at(-1)!.name;
      const taken = { trainer: last.trainer - before.trainer, postgres: last.postgres - before.postgres };
      stages.push({ name, seconds, ...(isLast ? taken : { trainer: 0, postgres: 0 }), megabytes });
      if (isLast) before = last;
    }
    if (ended.length > 0) megabytes = 0;
  });
  return {
    run,
    stages,
    seconds: (performance.now() - started) / 1_000,
    peakMegabytes: Number(run.metrics['peak_memory_bytes']) / 2 ** 20,
  };
}

/** Prints a watched night: a line a stage, and what its lists are worth. */
export function printNight(name: string, { run, stages, seconds, peakMegabytes }: WatchedNight): void {
  const sum = (of: (stage: WatchedStage) => number) => stages.reduce((total, stage) => total + of(stage), 0);
  const line = (stage: WatchedStage) =>
    [stage.seconds, stage.trainer, (stage.trainer + stage.postgres) / stage.seconds, stage.postgres, stage.megabytes]
      .map((figure) => figure.toFixed(1).padStart(12))
      .join('');
  console.log(`\n${name}: ${run.status}${run.error ? `, ${run.error}` : ''}`);
  console.log(
    `${''.padEnd(26)}${['seconds', 'trainer CPU', 'cores', 'postgres CPU', 'memory MB'].map((head) => head.padStart(12)).join('')}`,
  );
  for (const stage of stages) console.log(`  ${stage.name.padEnd(24)}${line(stage)}`);
  const whole = {
    name: 'the night',
    seconds,
    trainer: sum((stage) => stage.trainer),
    postgres: sum((stage) => stage.postgres),
    megabytes: peakMegabytes,
  };
  console.log(`  ${whole.name.padEnd(24)}${line(whole)}`);
  const evaluation = run.metrics['evaluation'] as
    | { customers: number; rows: { name: string; ndcg_at_10: number; interval: number[] }[]; comparisons: object[] }
    | undefined;
  if (!evaluation) return;
  console.log(`  NDCG@10 of ${evaluation.customers} customers:`);
  for (const { name: list, ndcg_at_10, interval } of evaluation.rows) {
    console.log(
      `    ${list.padEnd(24)}${ndcg_at_10.toFixed(4)} [${interval.map((bound) => bound.toFixed(4)).join(', ')}]`,
    );
  }
  for (const comparison of evaluation.comparisons) console.log(`    ${JSON.stringify(comparison)}`);
  const verdict = run.verdict as { passed: boolean; reason: string } | null;
  if (verdict) console.log(`  the gate ${verdict.passed ? 'passes it' : 'holds it back'}: ${verdict.reason}`);
}
