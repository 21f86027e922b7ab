import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Job } from './runs.ts';

export interface TrainerProcess {
  /** undefined: it ended well; otherwise why it did not */
  ended: Promise<string | undefined>;
  processId: number | undefined;
  /** Asks it to end, and makes it end after a while. */
  stop(): Promise<void>;
}

const stopAfterMs = 5_000;

/**
 * Runs the trainer in a process of its own, so that neither its memory nor its work nor its end reach the server: at low
 * priority it takes what the server leaves.
 */
export function spawnTrainer(entry: URL, job: Job, memoryMb: number): TrainerProcess {
  const child = spawn(process.execPath, [`--max-old-space-size=${memoryMb}`, fileURLToPath(entry)], {
    stdio: ['pipe', 'ignore', 'pipe'],
    env: {},
  });
  let words = '';
  let outOfMemory = false;
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (text: string) => {
    words = (words + text).slice(-4_000);
    outOfMemory ||= /heap out of memory|Allocation failed/i.test(words);
  });
  child.stdin.on('error', () => {});
  // The connection string goes by the pipe, where no list of processes shows it. The pipe stays open while we live.
  child.stdin.write(`${JSON.stringify(job)}\n`);
  if (child.pid !== undefined) {
    try {
      setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
    } catch {
      // It has ended already.
    }
  }
  const ended = new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(`the trainer could not be started: ${error.message}`));
    // Not 'exit': what it said last may not have been read by then.
    child.once('close', (code, signal) => {
      if (code === 0) resolve(undefined);
      else if (outOfMemory) resolve(`the trainer ran out of its ${memoryMb} MB of memory`);
      else if (signal) resolve(`the trainer was ended by ${signal}`);
      else resolve(`the trainer ended with code ${code}`);
    });
  });
  return {
    ended,
    processId: child.pid,
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), stopAfterMs);
      await ended;
      clearTimeout(timer);
    },
  };
}
