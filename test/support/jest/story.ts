import { test } from '@jest/globals';

type Work = () => unknown;

/**
 * One history told in steps, as one test: each step builds on what those before it left behind, so none can be run
 * without them. A failure names its step.
 */
export function story(name: string, tell: (step: (what: string, work: Work) => void) => void): void {
  const steps: [what: string, work: Work][] = [];
  tell((what, work) => steps.push([what, work]));
  const run = async () => {
    for (const [what, work] of steps) {
      try {
        await work();
      } catch (cause) {
        throw new Error(`Step "${what}" failed.`, { cause });
      }
    }
  };
  test(name, run, 60_000 * steps.length);
}
