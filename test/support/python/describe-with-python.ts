import { spawnSync } from 'node:child_process';
import { describe } from '@jest/globals';

/** A Python that has these packages; undefined: there is none on this machine. */
export function findPython(packages: readonly string[]): string | undefined {
  const hasThem = (python: string) =>
    spawnSync(python, ['-c', `import ${packages.join()}`], { stdio: 'ignore' }).status === 0;
  return [process.env['TEST_PYTHON'], 'python3'].find((python) => python !== undefined && hasThem(python));
}

/** A suite that needs them; skipped, saying so, where there is none. `.ci/run` lets none be skipped. */
export function describeWithPython(
  name: string,
  suite: (python: string) => void,
  packages: readonly string[] = ['openapi_python_client', 'httpx'],
): void {
  const python = findPython(packages);
  const missing = `[skipped: no Python with ${packages.join()} on this machine; TEST_PYTHON names one]`;
  if (python === undefined) describe.skip(`${name} ${missing}`, () => suite(''));
  else describe(name, () => suite(python));
}
