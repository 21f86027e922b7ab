import { Worker } from 'node:worker_threads';
import type { TaskRunner } from '../../../../models/collaborative-filtering/index.ts';
import type { TaskAnswer, TaskMessage } from './task-worker.ts';

/** Threads that work on tasks. */
export interface TaskThreads extends TaskRunner {
  /** Ends them; tasks under way are given up. */
  stop(): Promise<void>;
}

interface WaitingTask {
  message: TaskMessage;
  resolve: (result: never) => void;
  reject: (reason: unknown) => void;
}

/**
 * So many threads, started when there are tasks for them. Tasks are begun in the order in which they are given; a task that
 * throws, or a thread that ends (for want of memory, say), fails its task.
 *
 * @param entry the compiled task-worker.js
 */
export function startTaskThreads(entry: URL, count: number): TaskThreads {
  const waiting: WaitingTask[] = [];
  const idle: Worker[] = [];
  const workers = new Set<Worker>();

  function assign(): void {
    while (waiting.length > 0 && (idle.length > 0 || workers.size < count)) {
      work(idle.pop() ?? start(), waiting.shift()!);
    }
  }

  function start(): Worker {
    const worker = new Worker(entry);
    workers.add(worker);
    // The process ends when nobody waits for a task any more.
    worker.unref();
    return worker;
  }

  function work(worker: Worker, { message, resolve, reject }: WaitingTask): void {
    const settle = (answer: TaskAnswer) => {
      forget();
      idle.push(worker);
      worker.unref();
      if ('result' in answer) resolve(answer.result as never);
      else reject(answer.failure);
      assign();
    };
    const fail = (reason: unknown) => {
      forget();
      workers.delete(worker);
      reject(reason);
      assign();
    };
    const end = (code: number) => fail(new Error(`a thread ended with code ${code}`));
    const forget = () => worker.off('message', settle).off('error', fail).off('exit', end);
    worker.on('message', settle).on('error', fail).on('exit', end);
    worker.ref();
    worker.postMessage(message);
  }

  return {
    parallelism: count,
    run: (name, input) =>
      new Promise((resolve, reject) => {
        waiting.push({ message: { name, input }, resolve, reject });
        assign();
      }),
    share: shareArrays,
    async stop() {
      for (const { reject } of waiting.splice(0)) reject(new Error('the threads are stopped'));
      await Promise.all(Array.from(workers, (worker) => worker.terminate()));
    },
  };
}

/** The same data with its arrays in memory that all threads see. */
function shareArrays<Data>(data: Data): Data {
  if (ArrayBuffer.isView(data)) return shareArray(data as unknown as Uint8Array) as unknown as Data;
  if (Array.isArray(data)) return data.map(shareArrays) as Data;
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, shareArrays(value)])) as Data;
}

function shareArray(array: Uint8Array): Uint8Array {
  if (array.buffer instanceof SharedArrayBuffer) return array;
  const Kind = array.constructor as new (buffer: SharedArrayBuffer) => Uint8Array;
  const shared = new Kind(new SharedArrayBuffer(array.byteLength));
  shared.set(array);
  return shared;
}
