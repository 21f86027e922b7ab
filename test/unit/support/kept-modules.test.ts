import { expect, test } from '@jest/globals';

const folder = new URL('../../support/jest/kept-modules/', import.meta.url);

// Would see: a file that fails for what an earlier one in the same process has left behind.
test('what a test file changes of its process is as before when it ends', async () => {
  const { default: Environment } = await import(new URL('environment.js', folder).href);
  const environment = new Environment({ projectConfig: { fakeTimers: {} } });
  const state = () => ({
    ...{
      timeout: setTimeout,
      date: Date,
      max: Math.max(1, 2),
      console,
      exit: process.exit,
      exitCode: process.exitCode,
    },
    ...{ folder: process.cwd(), env: { ...process.env }, listeners: process.listeners('SIGTERM') },
  });
  const before = state();

  environment.fakeTimersModern.useFakeTimers();
  environment.moduleMocker.spyOn(Math, 'max').mockReturnValue(0);
  Object.assign(globalThis, { console: { log() {} } });
  process.exit = (() => {}) as never;
  process.exitCode = 3;
  process.chdir('/');
  process.env['LEFT_BEHIND'] = 'yes';
  delete process.env['PATH'];
  process.on('SIGTERM', () => {});
  const changed = state();
  await environment.teardown();

  for (const name of Object.keys(before) as (keyof typeof before)[]) {
    expect({ [name]: changed[name] }).not.toEqual({ [name]: before[name] });
    expect({ [name]: state()[name] }).toEqual({ [name]: before[name] });
  }
});
