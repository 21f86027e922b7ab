import { exitCodes } from './exit-codes.ts';

/** What an interrupted command has to say: its work was done before, so that it ends as if nobody had interrupted it. */
export type Stopped = 'finished' | undefined;
/** Makes an end; it says what it begins with, so that an end that does not come can be told by its step. */
type Stop = (begin: (step: string) => void) => unknown;

export interface Ending {
  /** when the work is done; default: 128 and the signal's number */
  exitCode?: number;
  /** Told what is under way still when the work is late: the process ends then all the same, as one that failed. */
  onLate?: (step: string) => void;
  mostMs?: number;
}

/** Below the thirty seconds after which Kubernetes kills, and above all that a stop may wait for. */
const longestStopMs = 25_000;

let handle: Stop | undefined;
let ending: Ending = {};
let interrupted = false;
let finished = false;

/**
 * What Ctrl-C or SIGTERM does from now on: `work`, then the end of the process, unless the answer is that the command's work is
 * finished. The latest call counts; a second signal ends the process at once.
 */
export function onInterrupt(work: Stop, how: Ending = {}): void {
  if (handle === undefined) {
    process.on('SIGINT', () => interrupt(130));
    process.on('SIGTERM', () => interrupt(143));
  }
  handle = work;
  ending = how;
}

/** Is the process ending before its command has? */
export function isInterrupted(): boolean {
  return interrupted && !finished;
}

/** Lets the command end quietly when nobody reads its answer any more (`| head`), and go on when nobody reads its notes. */
export function endWithReader(): void {
  process.stderr.on('error', () => {});
  process.stdout.on('error', () => {
    if (!interrupted) void stop(0);
  });
}

function interrupt(exitCode: number): void {
  if (interrupted) process.exit(finished ? undefined : exitCode);
  void stop(ending.exitCode ?? exitCode);
}

async function stop(exitCode: number): Promise<void> {
  interrupted = true;
  const { onLate = say, mostMs = longestStopMs } = ending;
  let step = 'what was under way';
  const late = setTimeout(() => {
    onLate(step);
    process.exit(exitCodes.failed);
  }, mostMs);
  const begin = (name: string) => {
    step = name;
  };
  try {
    finished = (await handle?.(begin)) === 'finished';
  } catch {
    // It ends all the same.
  }
  clearTimeout(late);
  if (!finished) process.exit(exitCode);
}

function say(step: string): void {
  process.stderr.write(`Ended before it had stopped: it still waited for ${step}.\n`);
}
