import { mkdirSync, mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { createConsole } from '../../../src/http/service-endpoints/console.ts';

const folder = mkdtempSync(join(tmpdir(), 'console-'));
mkdirSync(join(folder, 'assets'));
writeFileSync(join(folder, 'index.html'), '<p>console</p>');
writeFileSync(join(folder, 'favicon.svg'), '<svg/>');
writeFileSync(join(folder, 'assets/index-abc.js'), 'let a;');
const long = 'export const text = "the same again and again";\n'.repeat(100);
writeFileSync(join(folder, 'assets/long-abc.js'), long);

/** The body as who accepts the encoding reads it. */
function readBytes(response: request.Response, done: (error: Error | null, body: Buffer) => void): void {
  const parts: Buffer[] = [];
  const stream = response as unknown as NodeJS.ReadableStream;
  stream.on('data', (part: Buffer) => parts.push(Buffer.from(part)));
  stream.on('end', () => done(null, Buffer.concat(parts)));
}

const app = (of: string) => express().disable('etag').use(createConsole(of));
const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const get = (path: string, accept = browser, of = folder) => request(app(of)).get(path).set('Accept', accept);

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; connect-src 'self'; font-src 'self'; " +
  "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

// Would see: a page that a cache shows beyond the next version without asking, or that may load from elsewhere.
test.each(['/', '/indicators', '/campaigns/welcome-back', '/items/a%20b'])('%s is the page', async (path) => {
  const answer = await get(path);
  expect([answer.status, answer.text, answer.headers['cache-control']]).toEqual([200, '<p>console</p>', 'no-cache']);
  expect(answer.headers).toMatchObject({
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
  });
});

test('only / is the page for who does not ask for one', async () => {
  expect((await get('/', '*/*')).status).toBe(200);
  expect((await get('/indicators', 'application/json')).status).toBe(404);
  expect((await get('/indicators', '*/*')).status).toBe(404);
  expect((await request(app(folder)).post('/').set('Accept', browser)).status).toBe(404);
});

// Would see: an unknown path of the API, or a file of an earlier version, answered with a page and status 200.
test.each(['/v1', '/v1/nothing', '/docs/nothing', '/problems/nothing', '/assets/index-old.js'])(
  '%s is no page, whoever asks',
  async (path) => expect((await get(path)).status).toBe(404),
);

test('what a page loads is kept for as long as a browser will, under its policy', async () => {
  const answer = await get('/assets/index-abc.js', '*/*');
  expect([answer.status, answer.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable']);
  expect(answer.headers).toMatchObject({ 'content-security-policy': policy, 'x-content-type-options': 'nosniff' });
  expect((await get('/favicon.svg')).status).toBe(200);
  expect((await get('/assets/..%2findex.html')).status).toBe(404);
});

// Would see: half a megabyte of scripts sent where a third of it would do.
test.each([
  ['gzip, deflate, br', 'br'],
  ['gzip, deflate', 'gzip'],
  ['br;q=0, gzip', 'gzip'],
  ['identity', undefined],
])('a file comes as small as who accepts %s can read it', async (accepted, encoding) => {
  for (const _ of ['read', 'kept']) {
    const answer = await get('/assets/long-abc.js', '*/*')
      .set('Accept-Encoding', accepted)
      .buffer(true)
      .parse(readBytes);
    expect([answer.status, answer.headers['content-encoding'], answer.headers['vary']]).toEqual([
      200,
      encoding,
      'Accept-Encoding',
    ]);
    expect(answer.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(Number(answer.headers['content-length']) < long.length / 2).toBe(encoding !== undefined);
    expect(answer.body.toString()).toBe(long);
  }
});

// Would see: an answer 500 to whoever opens the console while the next one is being built.
test('while the next one is built the page is the last that was there, and then the next', async () => {
  const building = mkdtempSync(join(tmpdir(), 'console-'));
  const path = join(building, 'index.html');
  writeFileSync(path, '<p>first</p>');
  const served = app(building);
  const open = (etag = '') => request(served).get('/').set('Accept', browser).set('If-None-Match', etag);
  const first = await open();
  expect([first.text, (await open(first.headers['etag'])).status]).toEqual(['<p>first</p>', 304]);
  renameSync(path, `${path}.old`);
  expect([(await open()).status, (await open()).text]).toEqual([200, '<p>first</p>']);
  writeFileSync(path, '<p>second</p>');
  const second = await open(first.headers['etag']);
  expect([second.status, second.text]).toEqual([200, '<p>second</p>']);
});

test('a package that was not built has no console', async () => {
  expect((await get('/', browser, join(folder, 'nothing'))).status).toBe(404);
});
