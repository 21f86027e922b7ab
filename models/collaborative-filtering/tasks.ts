import type { CandidateInput } from './blend/candidates.ts';
import { type CandidateLists, listCandidates } from './blend/make-lists.ts';
import { judgeBlend } from './search/judge-blend.ts';
import { judgeOrder, teachFold } from './search/judge-order.ts';
import { judgeTrial } from './search/judge-trial.ts';
import { gatherTogether } from './search/pools.ts';

/** What can be worked on by itself, on any thread: functions from plain data to plain data. */
export const tasks = { judgeTrial, gatherTogether, judgeBlend, teachFold, judgeOrder, listCandidates };

/** The name of one. */
export type TaskName = keyof typeof tasks;

/** Works on tasks. */
export interface TaskRunner {
  /** how many are worked on at a time */
  readonly parallelism: number;
  /** The result of a task; its arrays are the caller's. Those of the input stay as they are. */
  run<Name extends TaskName>(
    name: Name,
    input: Parameters<(typeof tasks)[Name]>[0],
  ): Promise<ReturnType<(typeof tasks)[Name]>>;
  /** The same data, in memory that costs nothing to give to many tasks. */
  share<Data>(data: Data): Data;
}

/** Works on one task after the other, on the caller's thread. */
export const tasksHere: TaskRunner = {
  parallelism: 1,
  run: async (name, input) => tasks[name](input as never) as never,
  share: (data) => data,
};

/** Customers whose lists are one task. */
const customersATask = 2_048;

/**
 * The lists of customers, in their order, some thousands at a time; while a chunk is looked at the next ones are made.
 *
 * @param customers rows of the matrices
 * @returns chunks with the customers that they are of
 */
export async function* makeLists(
  runner: TaskRunner,
  input: CandidateInput,
  customers: Uint32Array,
): AsyncGenerator<{ customers: Uint32Array; lists: CandidateLists }> {
  const chunks = Array.from({ length: Math.ceil(customers.length / customersATask) }, (_, chunk) =>
    customers.subarray(chunk * customersATask, (chunk + 1) * customersATask),
  );
  // What is one task gains nothing by another thread.
  const { run, share, parallelism } = chunks.length > 1 ? runner : tasksHere;
  const shared = share(input);
  const begun: Promise<CandidateLists>[] = [];
  for (let chunk = 0; chunk < chunks.length; chunk++) {
    for (; begun.length < Math.min(chunks.length, chunk + 2 * parallelism); ) {
      const task = run('listCandidates', { input: shared, customers: chunks[begun.length] });
      // Whoever waits for it is told; until then nobody does.
      task.catch(() => {});
      begun.push(task);
    }
    yield { customers: chunks[chunk], lists: await begun[chunk] };
  }
}
