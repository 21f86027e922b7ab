import { describe, expect, test } from '@jest/globals';
import { readDocument } from '../../src/http/index.ts';

type Json = Record<string, any>;

const document = readDocument();
const { paths, components } = document.json as Json;
const isText = (value: unknown) => typeof value === 'string' && value.length > 0;
const resolve = (node: Json): Json => {
  const names: string[] = node['$ref']?.slice(2).split('/') ?? [];
  return names.length > 0 ? names.reduce((at: Json, name) => at[name], document.json) : node;
};

// Would see: an operation that says no more than its summary, or shows nothing of what it answers.
describe.each(document.operations.map(({ id, path, method }) => [id, paths[path][method] as Json] as const))(
  '%s',
  (_, operation) => {
    test('has a summary and a description that is another', () => {
      expect([isText(operation['summary']), isText(operation['description'])]).toEqual([true, true]);
      expect(operation['description'].trim()).not.toBe(operation['summary'].trim());
    });

    test('shows an example of every answer that has a body, and of what it is asked', () => {
      const bare = Object.entries<Json>(operation['responses']).flatMap(([status, response]) =>
        Object.entries<Json>(resolve(response)['content'] ?? {})
          .filter(([, media]) => media['example'] === undefined && resolve(media['schema'])['example'] === undefined)
          .map(([type]) => `${status} ${type}`),
      );
      expect(bare).toEqual([]);
      const asked = operation['requestBody']?.content['application/json'];
      expect(asked?.example ?? asked === undefined).toBeTruthy();
    });
  },
);

/** Does a reference say what it is? So does a list of what is referred to, and what may be null besides. */
function isReferred(schema: Json): boolean {
  const parts: Json[] = [...(schema['anyOf'] ?? []), ...(schema['allOf'] ?? []), schema['items'] ?? {}];
  return isText(schema['$ref']) || parts.some((part) => isText(part['$ref']));
}

/** What only narrows a property that is described where it is declared. */
function isNarrowing(schema: Json | boolean): boolean {
  return (
    typeof schema === 'boolean' ||
    schema['const'] !== undefined ||
    /^(minimum|maximum|not)$/.test(Object.keys(schema).join())
  );
}

function bareProperties(schema: Json | undefined, at: string): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own = Object.entries<Json>(schema['properties'] ?? {}).flatMap(([name, property]) => {
    const isSaid = isNarrowing(property) || isText(property['description']) || isReferred(property);
    return [...(isSaid ? [] : [`${at}.${name}`]), ...bareProperties(property, `${at}.${name}`)];
  });
  const inner = [schema['items'], schema['additionalProperties']].flatMap((one) => bareProperties(one, `${at}[]`));
  const parts = ['anyOf', 'oneOf', 'allOf'].flatMap((keyword) => schema[keyword] ?? []);
  return [...own, ...inner, ...parts.flatMap((part: Json) => bareProperties(part, at))];
}

test('every property has a description or a reference', () => {
  const ofSchemas = Object.entries<Json>(components['schemas']).flatMap(([name, schema]) =>
    bareProperties(schema, name),
  );
  const ofOperations = document.operations.flatMap(({ id, bodySchema, responses }) =>
    [bodySchema, ...[...responses.values()].flatMap((media) => [...media.values()])].flatMap((schema) =>
      bareProperties(schema, id),
    ),
  );
  expect([...new Set([...ofSchemas, ...ofOperations])]).toEqual([]);
});

test('every parameter says what it is', () => {
  const bare = document.operations.flatMap(({ id, parameters }) =>
    parameters.filter((parameter) => !isText((parameter as Json)['description'])).map(({ name }) => `${id} ${name}`),
  );
  expect(bare).toEqual([]);
});

test('every list has one form: items, next_cursor, as_of', () => {
  const lists = document.operations.filter(
    ({ id, responses }) => /^list/.test(id) && responses.get(200)!.has('application/json'),
  );
  expect(lists.length).toBeGreaterThan(10);
  for (const { id, responses } of lists) {
    const { required } = resolve(responses.get(200)!.get('application/json')!);
    expect([id, required]).toEqual([id, expect.arrayContaining(['items', 'next_cursor', 'as_of'])]);
  }
});

test('paths are nouns: none says what is done, and problems name the page that describes them', () => {
  const verbs =
    /\/(get|list|create|make|delete|pause|resume|publish|block|refresh|redeem|release|popular|related)(\/|$)/;
  expect(Object.keys(paths).filter((path) => verbs.test(path.replace('{campaign_id}/pause', '')))).toEqual([]);
  const shown = Object.values<Json>(components['responses']).flatMap((response) => {
    const problem = response['content']?.['application/problem+json'];
    return problem ? [problem.example] : [];
  });
  expect(shown.length).toBeGreaterThan(8);
  for (const { type, code } of shown) expect(type).toBe(`/problems/${code}`);
});
