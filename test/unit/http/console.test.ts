import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
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

const app = (of: string) => express().disable('etag').use(createConsole(of));
const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const get = (path: string, accept = browser, of = folder) => request(app(of)).get(path).set('Accept', accept);

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; " +
  "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

// Would see: a page that is kept by a cache beyond the next version, or that may load from elsewhere.
test.each(['/', '/indicators', '/campaigns/welcome-back', '/items/a%20b'])('%s is the page', async (path) => {
  const answer = await get(path);
  expect([answer.status, answer.text, answer.headers['cache-control']]).toEqual([200, '<p>console</p>', 'no-store']);
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

test('a package that was not built has no console', async () => {
  expect((await get('/', browser, join(folder, 'nothing'))).status).toBe(404);
});
