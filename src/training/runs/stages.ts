import type { Database } from '../../db/index.ts';
import type { Job, Progress } from './run.ts';
import { updateProgress } from './store.ts';

export type Stages = ReturnType<typeof createStages>;

/** Runs stages one after the other, and reports where the run is and how long the rest took last time. */
export function createStages(db: Database, job: Job, names: string[], last: Progress['stages']) {
  const progress: Progress = { stage: null, done: 0, total: names.length, eta_seconds: null, stages: [] };
  const report = () => updateProgress(db, job.trainingRunId, progress);
  return {
    async run<Result>(name: string, work: () => Result | Promise<Result>): Promise<Result> {
      const remaining = names
        .slice(names.indexOf(name))
        .map((stage) => last.find((former) => former.name === stage)?.seconds);
      progress.stage = name;
      progress.eta_seconds = remaining.every((seconds) => seconds !== undefined)
        ? Math.ceil(remaining.reduce((sum, seconds) => sum + seconds, 0))
        : null;
      await report();
      const started = process.hrtime.bigint();
      const result = await work();
      const seconds = Number(process.hrtime.bigint() - started) / 1e9;
      progress.stages.push({ name, seconds: Number(seconds.toFixed(3)) });
      progress.done++;
      if (progress.done === progress.total) {
        progress.stage = null;
        progress.eta_seconds = 0;
      }
      await report();
      return result;
    },
  };
}
