import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { gatherHandlers, readDocument } from '../../src/http/index.ts';
import { createResponseValidator } from '../../src/http/requests/validation.ts';
import { createStations } from '../../src/stations.ts';

const document = readDocument();
const validate = createResponseValidator(document);

type Json = Record<string, any>;

/** Every schema that has an example beside it, or in it. */
function examples(): [string, object, unknown][] {
  const found: [string, object, unknown][] = [];
  const visit = (node: unknown, path: string) => {
    if (typeof node !== 'object' || node === null) return;
    const { schema, example, ...rest } = node as Json;
    if (schema && example !== undefined) found.push([path, schema, example]);
    else if (example !== undefined) found.push([path, rest, example]);
    for (const [key, value] of Object.entries(node)) if (key !== 'example') visit(value, `${path}/${key}`);
  };
  visit(document.json['paths'], 'paths');
  visit(document.json['components'], 'components');
  return found;
}

describe('openapi.yaml', () => {
  test.each(examples())('the example of %s keeps to its schema', (_, schema, example) => {
    expect(validate(schema, structuredClone(example))).toEqual([]);
  });

  test('its schemas are schemas: a start does not look again', () => {
    const ajv = new Ajv2020({ strict: false });
    const { parameters, schemas } = document.json['components'];
    const all = [
      ...Object.entries(schemas),
      ...Object.entries<Json>(parameters).map(([name, { schema }]) => [name, schema] as const),
      ...document.operations.flatMap(({ id, parameters, bodySchema, responses }) => [
        ...parameters.map(({ name, schema }) => [`${id} ${name}`, schema] as const),
        [`${id} body`, bodySchema ?? {}] as const,
        ...[...responses].flatMap(([status, media]) =>
          [...media.values()].map((schema) => [`${id} ${status}`, schema] as const),
        ),
      ]),
    ];
    expect(all.length).toBeGreaterThan(300);
    const faulty = all.filter(([, schema]) => !ajv.validateSchema(schema as Json));
    expect(faulty.map(([name]) => name)).toEqual([]);
  });

  test('every operation has a handler, a summary, and says what it may answer', () => {
    const config = { cacheCustomers: 1, minorDigits: 2, timeZone: 'UTC', currency: 'EUR', feedNetworks: [] };
    const database: object = { schema: 'pannier', for: () => database };
    const { handlers } = createStations({
      database,
      connectionString: '',
      config,
      log: console,
    } as never);
    expect(document.operations.map(({ id }) => id).sort()).toEqual(Object.keys(handlers).sort());
    const { getLiveness, ...others } = handlers;
    expect(() => gatherHandlers([others])).toThrow(/no station answers getLiveness/);
    expect(() => gatherHandlers([handlers, { getLiveness }])).toThrow(/two stations answer getLiveness/);
    expect(() => gatherHandlers([handlers, { getNothing: getLiveness } as never])).toThrow(/getNothing is answered/);
    for (const { id, path, method, responses } of document.operations) {
      expect([id, typeof document.json['paths'][path][method].summary]).toEqual([id, 'string']);
      expect([...responses.keys()].some((status) => status < 300)).toBe(true);
    }
  });

  test('paths are plural nouns under /v1, and fields snake_case', () => {
    for (const { path } of document.operations) {
      if (path.startsWith('/v1/')) expect(path).toMatch(/^(\/(\{[a-z_]+\}|[a-z0-9-]+))+$/);
    }
    const names: string[] = [];
    const visit = (schema: Json) => {
      for (const [name, property] of Object.entries<Json>(schema['properties'] ?? {})) {
        names.push(name);
        visit(property);
      }
    };
    for (const schema of Object.values<Json>(document.json['components']['schemas'])) visit(schema);
    expect(names.filter((name) => !/^[a-z][a-z0-9_-]*$/.test(name))).toEqual([]);
  });
});
