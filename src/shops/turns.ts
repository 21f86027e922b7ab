/** Does work when its turn has come. */
export type Turns = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** Of one alone: at once. */
export const noWaiting: Turns = (work) => work();

/** Whoever takes longer is not waited for any more: one shop's night that hangs must not keep all others from theirs. */
const longestMs = 3 * 3_600_000;

/** Turns in the order in which they were asked for. @param atOnce so many are at work */
export function createTurns(atOnce: number, mostMs = longestMs): Turns {
  const waiting: (() => void)[] = [];
  let atWork = 0;

  function next(): void {
    const begin = waiting.shift();
    if (begin) begin();
    else atWork--;
  }

  return async (work) => {
    if (atWork < atOnce) atWork++;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    let isOver = false;
    const end = () => {
      if (isOver) return;
      isOver = true;
      next();
    };
    const timer = setTimeout(end, mostMs);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
      end();
    }
  };
}
