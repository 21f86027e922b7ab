import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** `collector.js`, one script for the tag of a page, and modules for bundles. */
export default defineConfig({
  root: here('.'),
  build: {
    outDir: here('../../dist/client'),
    emptyOutDir: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: { client: here('client.ts'), collector: here('collector.ts') },
      external: ['openapi-fetch'],
      preserveEntrySignatures: 'strict',
      output: { format: 'es', entryFileNames: '[name].mjs' },
    },
  },
  plugins: [scriptOfPages()],
});

/** A script cannot import: it is built by itself, beside the modules. */
function scriptOfPages() {
  return {
    name: 'script-of-pages',
    async closeBundle() {
      const { build } = await import('vite');
      await build({
        configFile: false,
        root: here('.'),
        logLevel: 'warn',
        build: {
          outDir: here('../../dist/client'),
          emptyOutDir: false,
          reportCompressedSize: false,
          lib: {
            entry: here('collector-script.ts'),
            formats: ['iife'],
            name: 'pannierCollector',
            fileName: () => 'collector.js',
          },
        },
      });
    },
  };
}
