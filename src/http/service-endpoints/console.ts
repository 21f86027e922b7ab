import { existsSync, readFileSync } from 'node:fs';
import express from 'express';
import { projectPath } from '../../project.ts';

/** What a page of the console may load and do: nothing but its own files and the API beside it. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const manners = {
  'Content-Security-Policy': policy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
};

/** Below these lie no pages: who asks there for what is not there is told so. */
const notPages = /^\/(v1|docs|assets|problems)(\/|$)/;

/**
 * The console: `/`, and every address that a browser asks for and nobody else answers, is its one page, which finds out
 * by the address what to show. A package without the built console answers as if there were none.
 */
export function createConsole(folder = projectPath('dist', 'console')): express.Router {
  const router = express.Router();
  if (!existsSync(`${folder}/index.html`)) return router;
  // Their names hold a digest of what they hold.
  router.use(
    '/assets',
    express.static(`${folder}/assets`, { immutable: true, maxAge: '365d', index: false, setHeaders }),
  );
  router.use('/favicon.svg', express.static(`${folder}/favicon.svg`, { maxAge: '1d', setHeaders }));
  router.get('/{*address}', (request, response, next) => {
    const asksForPage = request.path === '/' || request.headers.accept?.includes('text/html');
    if (!asksForPage || notPages.test(request.path)) return next();
    setHeaders(response);
    response.setHeader('Cache-Control', 'no-store');
    // Read every time: it is short, and names the files of the latest build.
    response.type('html').send(readFileSync(`${folder}/index.html`, 'utf8'));
  });
  return router;
}

function setHeaders(response: { setHeader(name: string, value: string): unknown }): void {
  for (const [name, value] of Object.entries(manners)) response.setHeader(name, value);
}
