// Compiles the sources to dist/, lays openapi.yaml parsed beside them, puts the service together in dist/service, and builds the
// console into dist/console and the client into dist/client. `--where-possible`: only where the compiler is
// installed, so that an installation without it ends well; `--where-missing`: only where dist/ is not there yet, and with what
// to do in one sentence where it cannot be made.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const mode = process.argv[2];
const isBuilt = existsSync(new URL('dist/service/cli.js', import.meta.url));

function compiler() {
  try {
    return createRequire(import.meta.url).resolve('typescript/bin/tsc');
  } catch {
    return undefined;
  }
}

/** What was compiled of a source that has been moved or deleted since would be packed with the rest. */
function sweep() {
  for (const folder of ['src', 'models', 'test']) {
    if (!existsSync(join(here, 'dist', folder))) continue;
    for (const file of readdirSync(join(here, 'dist', folder), { recursive: true, encoding: 'utf8' })) {
      const made = /(\.json|\.js|\.d\.ts)(\.map)?$/.exec(file);
      const source = made && `${file.slice(0, made.index)}${made[1] === '.json' ? '.json' : '.ts'}`;
      if (source && !existsSync(join(here, folder, source))) {
        rmSync(join(here, 'dist', folder, file));
      }
    }
  }
}

/** When a folder was last changed: its sources and folders, and the packages. */
function changedAt(folder) {
  const files = readdirSync(join(here, folder), { recursive: true, encoding: 'utf8' });
  const paths = [folder, 'package-lock.json', ...files.map((file) => join(folder, file))];
  return Math.max(...paths.map((path) => statSync(join(here, path)).mtimeMs));
}

const stamp = join(here, 'dist/.compiled');

/** Has any source changed since all of them were compiled without a fault? The compiler takes ten seconds to find that none has. */
function isStale() {
  if (!existsSync(stamp)) return true;
  const settings = ['tsconfig.json', 'tsconfig.build.json', 'tsconfig.types.json', 'build.mjs'];
  const changed = [
    ...['src', 'models', 'test'].map(changedAt),
    ...settings.map((file) => statSync(join(here, file)).mtimeMs),
  ];
  return Math.max(...changed) > statSync(stamp).mtimeMs;
}

/** What other programs than Node run: it lies among what is compiled as it does among the sources. */
const foreign = ['training/engines/spark/learn.py'];

function copyForeign(target) {
  for (const file of foreign) cpSync(join(here, 'src', file), join(target, file));
}

/** What is shipped and started of the service, where anything was compiled anew since. */
async function buildService() {
  const [config, place] = [join(here, 'src/vite.config.mjs'), join(here, 'dist/service')];
  const parts = [config, join(here, 'dist/.tsbuildinfo'), ...foreign.map((file) => join(here, 'src', file))];
  const changed = Math.max(...parts.map((path) => statSync(path).mtimeMs));
  if (existsSync(place) && statSync(place).mtimeMs > changed) return;
  const { build } = await import('vite');
  // Whoever runs from there meanwhile, or builds too, finds all of one build.
  const unfinished = `${place}.${process.pid}`;
  await build({ configFile: config, logLevel: 'warn', build: { outDir: unfinished } });
  copyForeign(unfinished);
  rmSync(place, { recursive: true, force: true });
  renameSync(unfinished, place);
}

/** What runs in browsers, where the builder is installed and anything has changed since. */
async function buildForBrowsers(folder, result, modes = ['production']) {
  const made = join(here, result);
  if (!existsSync(join(here, folder))) return;
  if (existsSync(made) && statSync(made).mtimeMs > changedAt(folder)) return;
  let vite;
  try {
    vite = await import('vite');
  } catch {
    return;
  }
  for (const mode of modes) {
    await vite.build({ configFile: join(here, folder, 'vite.config.mjs'), mode, logLevel: 'warn' });
  }
}

if (mode !== '--where-missing' || !isBuilt) {
  const tsc = compiler();
  if (tsc) {
    if (isStale()) {
      const begun = new Date();
      const compiled = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: here, stdio: 'inherit' });
      if (compiled.status !== 0) process.exit(1);
      sweep();
      // What is changed while it compiles is for the next time.
      writeFileSync(stamp, '');
      utimesSync(stamp, begun, begun);
    }
    copyForeign(join(here, 'dist/src'));
    const { keepParsedOpenApi } = await import('./dist/src/openapi.js');
    keepParsedOpenApi();
    await buildService();
    await buildForBrowsers('src/console', 'dist/console/index.html');
    await buildForBrowsers('src/client', 'dist/client/collector.js', ['modules', 'script']);
  } else if (mode !== '--where-possible') {
    console.error(
      'dist/ is not there and the compiler is not installed: run `npm ci && npm run build` once, then start again.',
    );
    process.exit(1);
  }
}
