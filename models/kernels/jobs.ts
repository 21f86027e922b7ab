import { heapOf, type KernelSet } from './kernel-set.ts';
import { CONTROL_WORDS, DONE, FAILED, JOB, KERNEL, LEFT, PARTS, STOPPED, startWorker, WIDTH } from './worker.ts';

/** Argument numbers of one job; a run with more is cut into several jobs. */
const CAPACITY = 65_536;

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
  const known = (kernel: string) => {
    const index = names.indexOf(kernel);
    if (index < 0) throw new RangeError(`there is no kernel ${kernel} among ${names.join(', ')}`);
    return index;
  };
  if (module === undefined) {
    const heap = heapOf(memory.buffer);
    const run: Jobs['run'] = (kernel, parts) => {
      known(kernel);
      for (const part of parts) set.plain[kernel](heap, ...part);
    };
    return { threads: 1, run, dispose: () => {} };
  }

  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const control = new Int32Array(new SharedArrayBuffer(4 * CONTROL_WORDS));
  const numbers = new Float64Array(new SharedArrayBuffer(8 * CAPACITY));
  for (let thread = 1; thread < threads; thread++) startWorker({ module, memory, names, control, numbers });

  function share(kernel: string, parts: readonly (readonly number[])[]): void {
    const width = parts[0].length;
    parts.forEach((part, index) => {
      numbers.set(part, index * width);
    });
    control[KERNEL] = names.indexOf(kernel);
    control[PARTS] = parts.length;
    control[WIDTH] = width;
    control[FAILED] = 0;
    Atomics.store(control, DONE, 0);
    Atomics.store(control, LEFT, parts.length);
    Atomics.add(control, JOB, 1);
    Atomics.notify(control, JOB);
    try {
      for (let part: number; (part = Atomics.sub(control, LEFT, 1) - 1) >= 0; Atomics.add(control, DONE, 1)) {
        exports[kernel](...parts[part]);
      }
    } catch (error) {
      // Parts under way still write to the memory, so the caller gets it back only when they have ended.
      Atomics.add(control, DONE, 1 + Math.max(0, Atomics.exchange(control, LEFT, 0)));
      throw error;
    } finally {
      for (let done: number; (done = Atomics.load(control, DONE)) < parts.length; ) Atomics.wait(control, DONE, done);
    }
    if (control[FAILED]) throw new Error(`kernel ${kernel} failed in a worker thread`);
  }

  return {
    threads,
    run(kernel, parts) {
      known(kernel);
      if (control[STOPPED]) throw new Error('the kernels are disposed of');
      if (threads === 1) {
        for (const part of parts) exports[kernel](...part);
        return;
      }
      const most = Math.max(1, Math.floor(CAPACITY / Math.max(1, parts[0]?.length ?? 1)));
      for (let start = 0; start < parts.length; start += most) share(kernel, parts.slice(start, start + most));
    },
    dispose() {
      Atomics.store(control, STOPPED, 1);
      Atomics.add(control, JOB, 1);
      Atomics.notify(control, JOB);
    },
  };
}
