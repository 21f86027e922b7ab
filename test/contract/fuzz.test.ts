import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Parameter } from '../../src/http/document.ts';
import type { OperationId } from '../../src/http/index.ts';
import { contractFaults, contractJson, operations, send } from '../support/contract.ts';
import { brokenJson, valid } from '../support/schema-arbitrary.ts';
import { createTestService, type TestService } from '../support/service.ts';

const casesPerOperation = Number(process.env['FUZZ_CASES'] ?? 200);

let service: TestService;
beforeAll(async () => {
  service = await createTestService();
  await send(service.url, {
    method: 'PUT',
    path: '/v1/items',
    headers: { ...service.as('ingest'), 'Content-Type': 'application/json' },
    body: JSON.stringify({
      items: [
        { item_id: 'I1', title: 'One', price: '1.00' },
        { item_id: 'I2', price: '2.00', category: 'A > B' },
      ],
    }),
  });
});
afterAll(() => service.stop());

const rawPathParts = [
  '%00',
  '%ED%A0%80',
  '%FF',
  '%zz',
  '%2F',
  '%2e%2e',
  '..%2f',
  'a%20b',
  '%F0%9F%8D%BA',
  'x'.repeat(129),
  'I1',
  '1',
  '9'.repeat(30),
  '-1',
  '0',
];
const rawQueryValues = [...rawPathParts, '', '%', 'NaN', 'Infinity', '1e999', '-0', '1&limit=2', '%22', '[]', '%5B%5D'];

interface Case {
  path: string;
  body: string | undefined;
  headers: Record<string, string>;
}

function caseOf(id: OperationId): fc.Arbitrary<Case> {
  const operation = operations.find((operation) => operation.id === id)!;
  const validPart = (parameter: Parameter) =>
    valid(parameter.schema, contractJson).map((value) => encodeURIComponent(String(value)));
  const inPath = operation.parameters.filter((parameter) => parameter.in === 'path');
  const inQuery = operation.parameters.filter((parameter) => parameter.in === 'query');
  const pathValues = fc.tuple(
    ...inPath.map((parameter) =>
      fc.oneof(
        { weight: 3, arbitrary: validPart(parameter) },
        { weight: 1, arbitrary: fc.constantFrom(...rawPathParts) },
      ),
    ),
  );
  const query = fc.array(
    fc.oneof(
      ...inQuery.map((parameter) =>
        fc
          .oneof(
            { weight: 3, arbitrary: validPart(parameter) },
            { weight: 1, arbitrary: fc.constantFrom(...rawQueryValues) },
          )
          .map((value) => `${parameter.name}=${value}`),
      ),
      fc.constantFrom('unknown=1', '__proto__=1', '=', '%00=1'),
    ),
    { maxLength: 3 },
  );
  const body = operation.bodySchema
    ? fc.oneof(
        { weight: 1, arbitrary: validBody(operation.bodySchema) },
        { weight: 2, arbitrary: brokenBody(operation.bodySchema) },
      )
    : fc.constant(undefined);
  const headers = fc.record({
    'Content-Type': fc.oneof(
      { weight: 20, arbitrary: fc.constant('application/json') },
      { weight: 1, arbitrary: fc.constantFrom('text/plain', 'application/json; charset=utf-16', '') },
    ),
    'Idempotency-Key': fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom('a', 'b', 'c') },
      { weight: 5, arbitrary: fc.uuid() },
      { weight: 1, arbitrary: fc.constantFrom('', 'k'.repeat(200)) },
    ),
    Accept: fc.constantFrom(
      '*/*',
      'application/json',
      'text/csv',
      'application/x-ndjson',
      'image/png',
      'text/csv;q=0',
      '???',
    ),
  });
  return fc.record({ pathValues, query, body, headers }).map((parts) => {
    let index = 0;
    const path = operation.path.replace(/\{\w+\}/g, () => (parts.pathValues as string[])[index++]!);
    return {
      path: parts.query.length > 0 ? `${path}?${parts.query.join('&')}` : path,
      body: parts.body,
      headers: parts.headers,
    };
  });
}

function validBody(schema: Record<string, unknown>): fc.Arbitrary<string> {
  return valid(schema, contractJson).map((value) => JSON.stringify(value));
}

/** A valid body in which one value is replaced by something broken; or a body that is broken as a whole. */
function brokenBody(schema: Record<string, unknown>): fc.Arbitrary<string> {
  const replaced = fc.tuple(valid(schema, contractJson), brokenJson, fc.nat()).map(([value, broken, seed]) => {
    const places: [Record<string, unknown>, string][] = [];
    const visit = (node: unknown) => {
      if (typeof node !== 'object' || node === null) return;
      for (const key of Object.keys(node)) {
        places.push([node as Record<string, unknown>, key]);
        visit((node as Record<string, unknown>)[key]);
      }
    };
    visit(value);
    if (places.length === 0) return broken;
    const [parent, key] = places[seed % places.length]!;
    parent[key] = '@@broken@@';
    return JSON.stringify(value).replace('"@@broken@@"', () => broken);
  });
  return fc.oneof(
    { weight: 8, arbitrary: replaced },
    { weight: 1, arbitrary: brokenJson },
    { weight: 1, arbitrary: fc.constantFrom('', '{', '\u0000', '{"a":1,}') },
  );
}

describe('every operation under valid and broken requests', () => {
  test.each(operations.map((operation) => [operation.id, operation] as const))(
    '%s: no 5xx, no undocumented answer, no hang',
    async (id, operation) => {
      const statuses = new Map<number, number>();
      await fc.assert(
        fc.asyncProperty(caseOf(id), async (request) => {
          const headers = {
            ...(operation.scopes.length > 0 && service.as('admin')),
            ...(request.body !== undefined && { 'Content-Type': request.headers['Content-Type'] }),
            ...(request.headers['Idempotency-Key'] && { 'Idempotency-Key': request.headers['Idempotency-Key'] }),
            Accept: request.headers['Accept']!,
          } as Record<string, string>;
          const answer = await send(service.url, {
            method: operation.method.toUpperCase(),
            path: request.path,
            headers,
            body: request.body,
          });
          statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
          expect(answer.status).toBeLessThan(500);
          expect(contractFaults(id, answer)).toEqual([]);
        }),
        { numRuns: casesPerOperation, seed: 20_261_121, endOnFailure: true },
      );
      if (process.env['FUZZ_REPORT']) console.log(id, Object.fromEntries(statuses));
    },
    120_000,
  );
});
