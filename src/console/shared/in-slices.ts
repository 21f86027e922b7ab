/** Long enough to get on, and so short that a key pressed meanwhile is answered at once. */
const sliceMs = 10;

/** Does work that may be stopped between its steps, and lets the page answer in between. @returns undefined where it was called off */
export async function inSlices<Result>(
  work: Generator<unknown, Result>,
  signal: AbortSignal,
): Promise<Result | undefined> {
  for (;;) {
    for (const until = performance.now() + sliceMs; performance.now() < until; ) {
      const { done, value } = work.next();
      if (done) return value;
    }
    await new Promise((resolve) => setTimeout(resolve));
    if (signal.aborted) return undefined;
  }
}
