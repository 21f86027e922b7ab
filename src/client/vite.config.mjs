import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Modules for bundles. */
const modules = {
  rolldownOptions: {
    input: { client: here('client.ts'), collector: here('collector.ts') },
    external: ['openapi-fetch'],
    preserveEntrySignatures: 'strict',
    output: { format: 'es', entryFileNames: '[name].mjs' },
  },
};

/** The collector as one script for the tag of a page: a script cannot import, so that it is built by itself. */
const script = {
  lib: {
    entry: here('collector-script.ts'),
    formats: ['iife'],
    name: 'pannierCollector',
    fileName: () => 'collector.js',
  },
};

export default defineConfig(({ mode }) => ({
  root: here('.'),
  build: {
    outDir: here('../../dist/client'),
    emptyOutDir: false,
    reportCompressedSize: false,
    ...(mode === 'script' ? script : modules),
  },
}));
