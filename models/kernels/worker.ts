import { Worker } from 'node:worker_threads';

/** Positions in the control words. */
export const JOB = 0;
export const STOPPED = 1;
export const KERNEL = 2;
export const PARTS = 3;
export const WIDTH = 4;
/** Parts that nobody has taken yet; at most 0 where there is nothing to do. */
export const LEFT = 5;
export const DONE = 6;
export const FAILED = 7;
export const CONTROL_WORDS = 8;

/** What a worker shares with the thread that started it. */
export interface Shared {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly names: readonly string[];
  readonly control: Int32Array;
  /** argument lists of the job's parts, one after the other */
  readonly numbers: Float64Array;
}

// A string, not a file: a worker would not find TypeScript, nor Jest's transform. A part is taken by counting LEFT down:
// the number alone tells whether it is of a job under way, so a worker that wakes late can take nothing that is over.
const code = `
const { module, memory, names, control, numbers } = require('node:worker_threads').workerData;
const { exports } = new WebAssembly.Instance(module, { env: { memory } });
for (let seen = 0; ; seen = Atomics.load(control, ${JOB})) {
  Atomics.wait(control, ${JOB}, seen);
  if (Atomics.load(control, ${STOPPED})) break;
  for (let part; (part = Atomics.sub(control, ${LEFT}, 1) - 1) >= 0; ) {
    const width = control[${WIDTH}];
    const parts = control[${PARTS}];
    try {
      exports[names[control[${KERNEL}]]](...numbers.subarray(part * width, (part + 1) * width));
    } catch {
      Atomics.store(control, ${FAILED}, 1);
    }
    if (Atomics.add(control, ${DONE}, 1) + 1 === parts) Atomics.notify(control, ${DONE});
  }
}
`;

/** Starts a thread that executes parts of jobs until STOPPED; it does not keep the process alive. */
export function startWorker(shared: Shared): void {
  new Worker(code, { eval: true, workerData: shared }).unref();
}
