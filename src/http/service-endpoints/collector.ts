import { existsSync } from 'node:fs';
import express from 'express';
import { projectPath } from '../../project.ts';
import { createFiles, encodings } from './compressed-files.ts';

const name = 'collector.js';

/** The script by which pages of the shop tell what their visitors do, for pages of any origin. A package without it answers 404. */
export function createCollectorScript(folder = projectPath('dist', 'client')): express.Router {
  const router = express.Router();
  if (!existsSync(`${folder}/${name}`)) return router;
  const find = createFiles(folder);
  router.get(`/${name}`, async (request, response, next) => {
    const encoding = encodings.find((one) => request.acceptsEncodings(one));
    const file = await find(name, encoding);
    if (!file) return next();
    response.set({
      'Cache-Control': 'public, max-age=3600',
      Vary: 'Accept-Encoding',
      'X-Content-Type-Options': 'nosniff',
      'Access-Control-Allow-Origin': '*',
      'Cross-Origin-Resource-Policy': 'cross-origin',
      ETag: file.etag,
    });
    if (file.encoding) response.set('Content-Encoding', file.encoding);
    response.type(file.contentType).send(file.bytes);
  });
  return router;
}
