import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { call, contractJson, send } from '../support/service/contract.ts';
import { createTestService, type TestService } from '../support/service/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await createTestService();
});
afterAll(() => service.stop());

const codes: string[] = contractJson['components'].schemas.ProblemCode.enum;

// Would see: a problem whose `type` leads nowhere, or asks for a key.
test.each(codes)('the type of %s is described at the service itself, without a key', async (code) => {
  const { status, json } = await call(service.url, 'getProblemType', { path: { code } });
  expect([status, json.type, json.code]).toEqual([200, `/problems/${code}`, code]);
  const page = await call(service.url, 'getProblemType', {
    path: { code },
    headers: { Accept: 'text/html,*/*;q=0.8' },
  });
  expect([page.status, page.contentType]).toEqual([200, 'text/html; charset=utf-8']);
  expect(page.text).toContain(`<h1>${json.title}</h1>`);
  expect(page.text).not.toMatch(/`|<script/);
});

test('the type of an answer leads to what is described', async () => {
  for (const path of ['/v1/items/a', '/nowhere', '/v1/popular-items?limit=x', '/problems/none']) {
    const { json } = await send(service.url, { method: 'GET', path, headers: service.as('recommend') });
    const described = await send(service.url, { method: 'GET', path: json.type });
    expect([path, described.status, described.json.code]).toEqual([path, 200, json.code]);
    expect(described.json.title).toBe(json.title);
  }
});

test('a code that is none, and a media type that cannot be given, are refused', async () => {
  const statusOf = async (code: string, Accept: string) =>
    (await call(service.url, 'getProblemType', { path: { code }, headers: { Accept } })).status;
  expect(await statusOf('toString', '*/*')).toBe(400);
  expect(await statusOf('constructor', '*/*')).toBe(404);
  expect(await statusOf('none', '*/*')).toBe(404);
  expect(await statusOf('conflict', 'image/png')).toBe(406);
});
