import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('.'),
  // Nothing of a page lies in the page itself: its policy refuses inline scripts and styles.
  build: {
    outDir: here('../../dist/console'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // test/browser watches what a visitor waits for.
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      // 'use client' at the top of a module is for servers that render pages.
      onLog: (level, log, handle) => log.code !== 'MODULE_LEVEL_DIRECTIVE' && handle(level, log),
    },
  },
  // `npx vite src/console`: pages from their sources, beside a service that runs (PANNIER_URL).
  server: { proxy: { '/v1': process.env['PANNIER_URL'] ?? 'http://127.0.0.1:3000' } },
});
