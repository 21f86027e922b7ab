import { createRequire } from 'node:module';
import circus from 'jest-circus/runner';
import { processorSeconds } from '../processor-time.js';
import { Modules } from './modules.js';

const require = createRequire(import.meta.url);
let modules;

/**
 * Runs a test file with the modules that earlier files in this process have loaded already. A file that needs modules of its own, as
 * who replaces one does, names the environment beside this folder in a comment at its top, and gets all of Jest's isolation.
 */
export default async function run(globalConfig, config, environment, runtime, path, send) {
  if (environment.getVmContext() === null) keepModules(config, runtime, path);
  const before = processorSeconds();
  const result = await circus.default(globalConfig, config, environment, runtime, path, send);
  return { ...result, processorSeconds: Math.round((processorSeconds() - before) * 100) / 100 };
}

function keepModules(config, runtime, path) {
  modules ??= new Modules(config);
  Object.assign(runtime, {
    // A state of its own for each file, which knows nothing of the tests of another.
    requireInternalModule(file) {
      globalThis[Symbol.for('EVENT_HANDLERS')] = undefined;
      delete require.cache[file];
      return require(file);
    },
    setGlobalsForRuntime(globals) {
      modules.serve({ ...globals, jest: runtime.jestGlobals.jestObjectFor(path) }, runtime.getSourceMaps());
    },
    unstable_importModule: (file) => modules.import(file),
  });
}
