import { spawnSync } from 'node:child_process';
import { describe } from '@jest/globals';

/** A Python that has openapi-python-client; undefined: there is none on this machine. */
export function findPython(): string | undefined {
  const hasGenerator = (python: string) =>
    spawnSync(python, ['-c', 'import openapi_python_client, httpx'], { stdio: 'ignore' }).status === 0;
  return [process.env['TEST_PYTHON'], 'python3'].find((python) => python !== undefined && hasGenerator(python));
}

/** A suite that needs it; skipped, saying so, where there is none. `.ci/run` lets none be skipped. */
export function describeWithPython(name: string, suite: (python: string) => void): void {
  const python = findPython();
  const missing = '[skipped: no Python with openapi-python-client on this machine; TEST_PYTHON names one]';
  if (python === undefined) describe.skip(`${name} ${missing}`, () => suite(''));
  else describe(name, () => suite(python));
}
