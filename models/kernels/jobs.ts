import { heapOf, type KernelSet } from './kernel-set.ts';
import {
  controlWords,
  doneSlot,
  failedSlot,
  jobSlot,
  kernelSlot,
  leftSlot,
  partsSlot,
  startWorker,
  stoppedSlot,
  widthSlot,
} from './worker.ts';

/** Argument numbers of one job; a run with more is cut into several jobs. */
const capacity = 65_536;

export interface Jobs {
  readonly threads: number;
  run(kernel: string, parts: readonly (readonly number[])[]): void;
  dispose(): void;
}

/** Executes the set's kernels over the memory, in `module` on so many threads or plainly where there is none. */
export function createJobs(
  set: KernelSet,
  memory: WebAssembly.Memory,
  module: WebAssembly.Module | undefined,
  threads: number,
): Jobs {
  const names = Object.keys(set.plain);
  const requireKernel = (kernel: string) => {
    const index = names.indexOf(kernel);
    if (index < 0) throw new RangeError(`there is no kernel ${kernel} among ${names.join(', ')}`);
    return index;
  };
  if (module === undefined) {
    const heap = heapOf(memory.buffer);
    const run: Jobs['run'] = (kernel, parts) => {
      requireKernel(kernel);
      for (const part of parts) set.plain[kernel](heap, ...part);
    };
    return { threads: 1, run, dispose: () => {} };
  }

  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const control = new Int32Array(new SharedArrayBuffer(4 * controlWords));
  const numbers = new Float64Array(new SharedArrayBuffer(8 * capacity));
  for (let thread = 1; thread < threads; thread++) startWorker({ module, memory, names, control, numbers });

  function share(kernel: string, parts: readonly (readonly number[])[]): void {
    const width = parts[0].length;
    parts.forEach((part, index) => {
      numbers.set(part, index * width);
    });
    control[kernelSlot] = names.indexOf(kernel);
    control[partsSlot] = parts.length;
    control[widthSlot] = width;
    control[failedSlot] = 0;
    Atomics.store(control, doneSlot, 0);
    Atomics.store(control, leftSlot, parts.length);
    Atomics.add(control, jobSlot, 1);
    Atomics.notify(control, jobSlot);
    try {
      for (let part: number; (part = Atomics.sub(control, leftSlot, 1) - 1) >= 0; Atomics.add(control, doneSlot, 1)) {
        exports[kernel](...parts[part]);
      }
    } catch (error) {
      // Parts under way still write to the memory, so the caller gets it back only when they have ended.
      Atomics.add(control, doneSlot, 1 + Math.max(0, Atomics.exchange(control, leftSlot, 0)));
      throw error;
    } finally {
      for (let done: number; (done = Atomics.load(control, doneSlot)) < parts.length; )
        Atomics.wait(control, doneSlot, done);
    }
    if (control[failedSlot]) throw new Error(`kernel ${kernel} failed in a worker thread`);
  }

  return {
    threads,
    run(kernel, parts) {
      requireKernel(kernel);
      if (control[stoppedSlot]) throw new Error('the kernels are disposed of');
      if (threads === 1) {
        for (const part of parts) exports[kernel](...part);
        return;
      }
      const most = Math.max(1, Math.floor(capacity / Math.max(1, parts[0]?.length ?? 1)));
      for (let start = 0; start < parts.length; start += most) share(kernel, parts.slice(start, start + most));
    },
    dispose() {
      Atomics.store(control, stoppedSlot, 1);
      Atomics.add(control, jobSlot, 1);
      Atomics.notify(control, jobSlot);
    },
  };
}
