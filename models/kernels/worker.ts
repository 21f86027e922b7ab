import { Worker } from 'node:worker_threads';

/** Positions in the control words. */
export const jobSlot = 0;
export const stoppedSlot = 1;
export const kernelSlot = 2;
export const partsSlot = 3;
export const widthSlot = 4;
/** Parts that nobody has taken yet; at most 0 where there is nothing to do. */
export const leftSlot = 5;
export const doneSlot = 6;
export const failedSlot = 7;
export const controlWords = 8;

/** What a worker shares with the thread that started it. */
export interface Shared {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly names: readonly string[];
  readonly control: Int32Array;
  /** argument lists of the job's parts, one after the other */
  readonly numbers: Float64Array;
}

// A string, not a file: a worker would not find TypeScript, nor Jest's transform. A part is taken by counting leftSlot down:
// the number alone says whether it is of a job under way, so a worker that wakes late can take nothing that is over.
const code = `
const { module, memory, names, control, numbers } = require('node:worker_threads').workerData;
const { exports } = new WebAssembly.Instance(module, { env: { memory } });
for (let seen = 0; ; seen = Atomics.load(control, ${jobSlot})) {
  Atomics.wait(control, ${jobSlot}, seen);
  if (Atomics.load(control, ${stoppedSlot})) break;
  for (let part; (part = Atomics.sub(control, ${leftSlot}, 1) - 1) >= 0; ) {
    const width = control[${widthSlot}];
    const parts = control[${partsSlot}];
    try {
      exports[names[control[${kernelSlot}]]](...numbers.subarray(part * width, (part + 1) * width));
    } catch {
      Atomics.store(control, ${failedSlot}, 1);
    }
    if (Atomics.add(control, ${doneSlot}, 1) + 1 === parts) Atomics.notify(control, ${doneSlot});
  }
}
`;

/** Starts a thread that executes parts of jobs until stoppedSlot; it does not keep the process alive. */
export function startWorker(shared: Shared): void {
  new Worker(code, { eval: true, workerData: shared }).unref();
}
