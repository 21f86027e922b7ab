/** @throws what `late` gives where `work` takes longer; it goes on all the same */
export function withinTime<Result>(work: Promise<Result>, milliseconds: number, late: () => Error): Promise<Result> {
  return new Promise((resolve, reject) => {
    // Where it was this process that stood still, the answer is there already and is taken before the immediate runs.
    const timer = setTimeout(() => setImmediate(() => reject(late())), milliseconds);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Waits for `work`, but no longer; what is not done by then is left to the end of the process. */
export function waitAtMost(milliseconds: number, work: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    work
      .catch(() => {})
      .finally(() => {
        clearTimeout(timer);
        resolve();
      });
  });
}
