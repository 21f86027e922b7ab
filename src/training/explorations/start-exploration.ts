import type { Logger } from 'pino';
import type { Config } from '../../config.ts';
import type { Database } from '../../db/index.ts';
import { escapePointer, type FieldFault, invalidFields, PannierError } from '../../errors.ts';
import { spawnTrainer, type TrainerProcess } from '../engines/local/supervise.ts';
import {
  type ExplorationAnswer,
  type ExplorationRequest,
  type ExplorationTask,
  type ExploredSegments,
  mostExplored,
} from './exploration.ts';

export interface ExplorationDependencies {
  db: Database;
  /** for the process, which opens connections of its own */
  connectionString: string;
  config: Pick<Config, 'minorDigits' | 'trainerMemoryMb' | 'timeZone'>;
  clock: () => Date;
  log: Logger;
  /** the compiled trainer.js */
  trainerEntry: URL;
}

export interface Explorations {
  /**
   * Clusters a sample of the customers in a process of its own, one at a time.
   * @throws PannierError `too_many_requests` while another one is under way here; `invalid_request` naming the field that the facts
   *   do not allow; `unavailable` where its process did not come to an end
   * @param gone rings when nobody waits for it any more: it ends
   */
  explore(request: ExplorationRequest, gone?: AbortSignal): Promise<ExploredSegments>;
  /** The process that explores now, for those who watch over it. */
  processId(): number | undefined;
  stop(): Promise<void>;
}

/** A little less than the contract gives the operation. */
const longestMs = 115_000;
const defaultSeed = 1;
/** Clocks differ a little. */
const clockToleranceMs = 60_000;

export function createExplorations(deps: ExplorationDependencies, { withinMs = longestMs } = {}): Explorations {
  const { db, config, clock, log } = deps;
  let current: TrainerProcess | undefined;

  async function explore(request: ExplorationRequest, gone?: AbortSignal): Promise<ExploredSegments> {
    const task = taskOf(request, clock(), config);
    if (current) throw new Busy();
    const { connectionString, trainerEntry } = deps;
    const job = { connectionString, schema: db.schema, exploration: task };
    const explorer = spawnTrainer(trainerEntry, job, config.trainerMemoryMb);
    current = explorer;
    let late = false;
    const deadline = setTimeout(() => {
      late = true;
      void explorer.stop();
    }, withinMs);
    gone?.addEventListener('abort', () => void explorer.stop());
    if (gone?.aborted) void explorer.stop();
    const failure = await explorer.ended;
    clearTimeout(deadline);
    current = undefined;
    const line = explorer.answer();
    // One that was ended while it spoke has said nothing.
    const answer: ExplorationAnswer = line.endsWith('\n') ? JSON.parse(line) : { failure };
    if ('explored' in answer) return answer.explored;
    if ('refusal' in answer) throw invalidFields([answer.refusal]);
    if (!gone?.aborted) log.error({ failure: answer.failure }, 'exploration failed');
    const why = late ? `it took longer than ${withinMs / 1_000} s; a smaller sample takes less` : failure;
    throw new PannierError('unavailable', `The exploration did not come to an end: ${why}.`);
  }

  return {
    explore,
    processId: () => current?.processId,
    async stop() {
      await current?.stop();
    },
  };
}

class Busy extends PannierError {
  override readonly retryAfterSeconds = 10;

  constructor() {
    super('too_many_requests', 'An exploration is under way on this instance. Ask again when it has ended.');
  }
}

function taskOf(
  { features, weights = {}, clusters, sample = mostExplored, asOf, seed = defaultSeed }: ExplorationRequest,
  now: Date,
  { minorDigits, timeZone }: ExplorationDependencies['config'],
): ExplorationTask {
  const faults: FieldFault[] = Object.keys(weights)
    .filter((name) => !(features as readonly string[]).includes(name))
    .map((name) => ({ field: `/weights/${escapePointer(name)}`, message: 'is of a feature that is not named' }));
  if (asOf && asOf.getTime() > now.getTime() + clockToleranceMs)
    faults.push({ field: '/as_of', message: 'must not be in the future' });
  if (faults.length > 0) throw invalidFields(faults);
  return { features, weights, clusters, sample, asOf: (asOf ?? now).toISOString(), seed, minorDigits, timeZone };
}
