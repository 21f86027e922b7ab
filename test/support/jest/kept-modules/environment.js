import { ModernFakeTimers } from '@jest/fake-timers';
import { ModuleMocker } from 'jest-mock';
import { letGoOfStores } from '../async-stores.js';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** The process itself, for a file whose modules are kept (runner.js): what a file changes of it is as before when the file ends. */
export default class Environment {
  global = globalThis;
  moduleMocker = new ModuleMocker(globalThis);
  #before = {
    console: globalThis.console,
    exit: process.exit,
    exitCode: process.exitCode,
    env: { ...process.env },
    folder: process.cwd(),
    listeners: signals.map((signal) => process.rawListeners(signal)),
  };

  constructor({ projectConfig }) {
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }

  /** There is none: by this the runner knows. */
  getVmContext() {
    return null;
  }

  async setup() {}

  async teardown() {
    const { console, exit, exitCode, env, folder, listeners } = this.#before;
    letGoOfStores();
    this.fakeTimersModern.dispose();
    this.moduleMocker.restoreAllMocks();
    Object.assign(globalThis, { console });
    process.exit = exit;
    process.exitCode = exitCode;
    process.chdir(folder);
    for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
    Object.assign(process.env, env);
    signals.forEach((signal, index) => {
      process.removeAllListeners(signal);
      for (const listener of listeners[index]) process.on(signal, listener);
    });
  }
}
