import { describe, test } from '@jest/globals';

/** Is this the thorough run (`npm run test:thorough`), which takes its time? It runs every suite that imports this file. */
export const isThorough = process.env['TEST_SUITE'] === 'thorough';

/** How much of it a test does: as little as still shows the fault that it is about, and in the thorough run all of it, or all the rest. */
export function sized<Size>(usual: Size, thorough: Size): Size {
  return isThorough ? thorough : usual;
}

interface Declarations {
  test: typeof test;
  describe: typeof describe;
}

/** Of a file that both runs have: what has one size, and is run by `npm test` alone. */
export const usually = declaredWhere(!isThorough);
/** Of a file that both runs have: what is run by the thorough one alone. */
export const thoroughly = declaredWhere(isThorough);

function declaredWhere(isRun: boolean): Declarations {
  if (isRun) {
    return {
      // Those of the file that runs: the module outlives it.
      get test() {
        return test;
      },
      get describe() {
        return describe;
      },
    };
  }
  const nothing = Object.assign(() => {}, { each: () => () => {}, skip: () => {} });
  return { test: nothing as unknown as typeof test, describe: nothing as unknown as typeof describe };
}
