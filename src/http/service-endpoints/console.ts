import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import express from 'express';
import { projectPath } from '../../project.ts';
import { createFiles, encodings, etagOf } from './compressed-files.ts';

/**
 * What a page of the console may load and do: nothing but its own files and the API beside it, and the pictures of the shop's goods,
 * which lie wherever the shop has put them.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: https:",
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
  router.get('/assets/:name', sendAsset(`${folder}/assets`));
  router.use('/favicon.svg', express.static(`${folder}/favicon.svg`, { maxAge: '1d', setHeaders }));
  router.get('/{*address}', sendPage(`${folder}/index.html`));
  return router;
}

function sendAsset(folder: string): express.RequestHandler<{ name: string }> {
  const find = createFiles(folder);
  return async (request, response, next) => {
    const encoding = encodings.find((one) => request.acceptsEncodings(one));
    const file = await find(request.params.name, encoding);
    if (!file) return next();
    setHeaders(response);
    // Their names hold a digest of what they hold.
    response.setHeader('Cache-Control', 'public, max-age=31536000, immutable');
    response.setHeader('Vary', 'Accept-Encoding');
    if (file.encoding) response.setHeader('Content-Encoding', file.encoding);
    response.type(file.contentType).send(file.bytes);
  };
}

function sendPage(path: string): express.RequestHandler {
  // The last that was there: while another is being built there is none.
  let page = readFileSync(path, 'utf8');
  return async (request, response, next) => {
    const asksForPage = request.path === '/' || request.headers.accept?.includes('text/html');
    if (!asksForPage || notPages.test(request.path)) return next();
    // Read every time: it is short, and names the files of the latest build.
    page = (await readFile(path, 'utf8').catch(() => '')) || page;
    setHeaders(response);
    // Kept, and asked for again each time, so that a browser that goes back shows at once what it had.
    response.setHeader('Cache-Control', 'no-cache');
    response.setHeader('ETag', etagOf(page));
    response.type('html').send(page);
  };
}

function setHeaders(response: { setHeader(name: string, value: string): unknown }): void {
  for (const [name, value] of Object.entries(manners)) response.setHeader(name, value);
}
