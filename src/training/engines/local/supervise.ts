import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { ExplorationJob } from '../../explorations/exploration.ts';
import type { Job } from '../../runs/run.ts';

export interface TrainerProcess {
  /** undefined: it ended well; otherwise why it did not */
  ended: Promise<string | undefined>;
  processId: number | undefined;
  /** What an exploration has said on its standard output. */
  answer(): string;
  /** Asks it to end, and makes it end after a while. */
  stop(): Promise<void>;
}

const stopAfterMs = 5_000;
const watchMs = 200;
/** What node itself takes beside what it is given. */
const runtimeMb = 128;

/**
 * Runs the trainer in a process of its own, so that neither its memory nor its work nor its end reach the server: at low
 * priority it takes what the server leaves.
 */
export function spawnTrainer(entry: URL, job: Job | ExplorationJob, memoryMb: number): TrainerProcess {
  const child = spawn(process.execPath, [`--max-old-space-size=${memoryMb}`, fileURLToPath(entry)], {
    stdio: 'pipe',
  });
  let words = '';
  let answer = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if ('exploration' in job) answer += text;
  });
  let outOfMemory = false;
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (text: string) => {
    words = (words + text).slice(-4_000);
    outOfMemory ||= /heap out of memory|Allocation failed/i.test(words);
  });
  child.stdin.on('error', () => {});
  // The connection string goes by the pipe, where no list of processes shows it. The pipe stays open while we live.
  child.stdin.write(`${JSON.stringify(job)}\n`);
  let tooLarge = false;
  const watch = setInterval(() => {
    // The heap's limit does not bound typed arrays, so the whole process is watched where the system reports its size.
    if (residentMb(child.pid) <= memoryMb + runtimeMb) return;
    tooLarge = true;
    child.kill('SIGKILL');
  }, watchMs);
  if (child.pid !== undefined) {
    try {
      // Where memory runs out all the same, it is the trainer that the kernel ends.
      writeFileSync(`/proc/${child.pid}/oom_score_adj`, '1000');
    } catch {
      // Not Linux, or not allowed.
    }
    try {
      setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
    } catch {
      // It has ended already.
    }
  }
  const ended = new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => {
      clearInterval(watch);
      resolve(`the trainer could not be started: ${error.message}`);
    });
    // Not 'exit': what it said last may not have been read by then.
    child.once('close', (code, signal) => {
      clearInterval(watch);
      if (code === 0) resolve(undefined);
      else if (outOfMemory || tooLarge) resolve(`the trainer ran out of its ${memoryMb} MB of memory`);
      else if (signal) resolve(`the trainer was ended by ${signal}`);
      else resolve(`the trainer ended with code ${code}`);
    });
  });
  return {
    ended,
    processId: child.pid,
    answer: () => answer,
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), stopAfterMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** Resident memory of a process on Linux; 0 elsewhere, or when it has ended. */
function residentMb(processId: number | undefined): number {
  try {
    return Number(readFileSync(`/proc/${processId}/statm`, 'utf8').split(' ')[1]) / 256;
  } catch {
    return 0;
  }
}
