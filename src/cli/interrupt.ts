let handle: (() => void | Promise<void>) | undefined;
let exitCodeAfter: number | undefined;
let interrupted = false;

/**
 * What Ctrl-C or SIGTERM does from now on: `work`, then the end of the process. The latest call counts; a second signal ends
 * the process at once.
 * @param exitCode of the process when the work is done; default 128 and the signal's number
 */
export function onInterrupt(work: () => void | Promise<void>, exitCode?: number): void {
  if (handle === undefined) {
    process.on('SIGINT', () => interrupt(130));
    process.on('SIGTERM', () => interrupt(143));
  }
  handle = work;
  exitCodeAfter = exitCode;
}

function interrupt(exitCode: number): void {
  if (interrupted) process.exit(exitCode);
  interrupted = true;
  Promise.resolve(handle?.()).finally(() => process.exit(exitCodeAfter ?? exitCode));
}
