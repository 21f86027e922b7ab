let handle: (() => void | Promise<void>) | undefined;
let interrupted = false;

/**
 * What Ctrl-C or SIGTERM does from now on: `work`, then the end of the process. The latest call counts; a second signal ends
 * the process at once.
 */
export function onInterrupt(work: () => void | Promise<void>): void {
  if (handle === undefined) {
    process.on('SIGINT', () => interrupt(130));
    process.on('SIGTERM', () => interrupt(143));
  }
  handle = work;
}

function interrupt(exitCode: number): void {
  if (interrupted) process.exit(exitCode);
  interrupted = true;
  Promise.resolve(handle?.()).finally(() => process.exit(exitCode));
}
