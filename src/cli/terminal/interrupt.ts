/** What an interrupted command has to say: its work was done before, so that it ends as if nobody had interrupted it. */
export type Stopped = 'finished' | undefined;
type Stop = () => unknown;

let handle: Stop | undefined;
let exitCodeAfter: number | undefined;
let interrupted = false;
let finished = false;

/**
 * What Ctrl-C or SIGTERM does from now on: `work`, then the end of the process, unless the answer is that the command's work is
 * finished. The latest call counts; a second signal ends the process at once.
 * @param exitCode of the process when the work is done; default 128 and the signal's number
 */
export function onInterrupt(work: Stop, exitCode?: number): void {
  if (handle === undefined) {
    process.on('SIGINT', () => interrupt(130));
    process.on('SIGTERM', () => interrupt(143));
  }
  handle = work;
  exitCodeAfter = exitCode;
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
  void stop(exitCodeAfter ?? exitCode);
}

async function stop(exitCode: number): Promise<void> {
  interrupted = true;
  try {
    finished = (await handle?.()) === 'finished';
  } catch {
    // It ends all the same.
  }
  if (!finished) process.exit(exitCode);
}
