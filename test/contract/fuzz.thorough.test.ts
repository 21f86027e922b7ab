import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Operation, Parameter } from '../../src/http/document/document.ts';
import type { OperationId } from '../../src/http/index.ts';
import { generateSampleShop } from '../../src/sample-shop/index.ts';
import { contractFaults, contractJson, operations, send } from '../support/service/contract.ts';
import { brokenJson, valid } from '../support/service/schema-arbitrary.ts';
import { createTestService, type TestService } from '../support/service/service.ts';
import { unsearched } from '../support/shops/training-shop.ts';

const casesPerOperation = Number(process.env['FUZZ_CASES'] ?? 24);
/** Each starts a process of its own, or hashes a password, which costs as much as a hundred others. */
const casesWithProcess = Math.ceil(casesPerOperation / 5);

let service: TestService;
beforeAll(async () => {
  service = await createTestService();
  const { intake, training, recommendations } = service.stations;
  const shop = generateSampleShop({ seed: 1, customers: 60, items: 40, days: 60, end: new Date() });
  await intake.upsertItems([...shop.items, { item_id: 'I1', title: 'One', price: '1.00' }]);
  await intake.upsertCustomers([...shop.customers(), { customer_id: 'C1' }]);
  await intake.recordOrders([...shop.orders()]);
  const run = await training.waitForRun((await training.startRun({ recipes: unsearched })).trainingRunId);
  expect([run.status, run.error]).toEqual(['succeeded', null]);
  await recommendations.refresh();
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

/** Two cases of three are wild, one keeps to the contract, so that what lies behind validation is reached too. */
function caseOf(id: OperationId): fc.Arbitrary<Case> {
  const operation = operations.find((operation) => operation.id === id)!;
  return fc.oneof({ weight: 1, arbitrary: tameCase(operation) }, { weight: 2, arbitrary: wildCase(operation) });
}

const validPart = (parameter: Parameter) =>
  valid(parameter.schema, contractJson).map((value) => encodeURIComponent(String(value)));
const place = (operation: Operation, where: Parameter['in']) => operation.parameters.filter((p) => p.in === where);

function tameCase(operation: Operation): fc.Arbitrary<Case> {
  const query = fc.tuple(
    ...place(operation, 'query').map((parameter) =>
      fc.option(
        validPart(parameter).map((value) => `${parameter.name}=${value}`),
        { nil: '' },
      ),
    ),
  );
  return fc
    .record({
      pathValues: fc.tuple(...place(operation, 'path').map(validPart)),
      query: query.map((parts) => (parts as string[]).filter((part) => part !== '')),
      body: operation.bodySchema ? validBody(operation) : fc.constant(undefined),
      headers: fc.record({
        'Content-Type': fc.constant('application/json'),
        'Idempotency-Key': fc.oneof(fc.constantFrom('a', 'b', 'c'), fc.uuid()),
        Accept: fc.constantFrom('*/*', 'application/json', 'text/csv', 'application/x-ndjson'),
      }),
    })
    .map((parts) => toCase(operation, parts));
}

function wildCase(operation: Operation): fc.Arbitrary<Case> {
  const wildPart = (parameter: Parameter, raw: string[]) =>
    fc.oneof({ weight: 3, arbitrary: validPart(parameter) }, { weight: 1, arbitrary: fc.constantFrom(...raw) });
  const query = fc.array(
    fc.oneof(
      ...place(operation, 'query').map((parameter) =>
        wildPart(parameter, rawQueryValues).map((value) => `${parameter.name}=${value}`),
      ),
      fc.constantFrom('unknown=1', '__proto__=1', '=', '%00=1'),
    ),
    { maxLength: 2 },
  );
  return fc
    .record({
      pathValues: fc.tuple(...place(operation, 'path').map((parameter) => wildPart(parameter, rawPathParts))),
      query,
      body: operation.bodySchema ? brokenBody(operation) : fc.constant(undefined),
      headers: fc.record({
        'Content-Type': fc.oneof(
          { weight: 20, arbitrary: fc.constant('application/json') },
          { weight: 1, arbitrary: fc.constantFrom('text/plain', 'application/json; charset=utf-16', '') },
        ),
        'Idempotency-Key': fc.oneof(
          { weight: 5, arbitrary: fc.constantFrom('a', 'b', 'c') },
          { weight: 1, arbitrary: fc.constantFrom('', 'k'.repeat(200)) },
        ),
        Accept: fc.constantFrom('*/*', 'application/json', 'text/csv', 'image/png', 'text/csv;q=0', '???'),
      }),
    })
    .map((parts) => toCase(operation, parts));
}

function toCase(
  operation: Operation,
  parts: { pathValues: unknown; query: string[]; body: string | undefined; headers: Record<string, string> },
): Case {
  let index = 0;
  const path = operation.path.replace(/\{\w+\}/g, () => (parts.pathValues as string[])[index++]);
  return {
    path: parts.query.length > 0 ? `${path}?${parts.query.join('&')}` : path,
    body: parts.body,
    headers: parts.headers,
  };
}

/** By the schema, or the contract's own example under one of many ids. */
function validBody(operation: Operation): fc.Arbitrary<string> {
  const generated = valid(operation.bodySchema!, contractJson).map((value) => JSON.stringify(value));
  const { example } = contractJson['paths'][operation.path][operation.method].requestBody.content['application/json'];
  const given = fc
    .integer({ min: 1, max: 50 })
    .map((number) => JSON.stringify(example).replace(/"(spring-10|O1|E1|R1)"/, (_, id) => `"${id}-${number}"`));
  return fc.oneof(generated, given);
}

/** A valid body in which one value is replaced by something broken; or a body that is broken as a whole. */
function brokenBody({ bodySchema }: Operation): fc.Arbitrary<string> {
  const replaced = fc.tuple(valid(bodySchema!, contractJson), brokenJson, fc.nat()).map(([value, broken, seed]) => {
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
    const [parent, key] = places[seed % places.length];
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
            Accept: request.headers['Accept'],
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
        {
          numRuns: ['exploreSegments', 'signIn'].includes(id) ? casesWithProcess : casesPerOperation,
          seed: 20_261_121,
          endOnFailure: true,
        },
      );
      if (process.env['FUZZ_REPORT']) console.log(id, Object.fromEntries(statuses));
    },
  );
});
