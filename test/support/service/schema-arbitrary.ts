import fc from 'fast-check';

type Schema = Record<string, any>;

const mostOfOneReference = 2;

/** Values that keep to a schema of the contract. @param within the references that it stands in */
export function valid(schema: Schema, root: Schema, within: readonly string[] = []): fc.Arbitrary<unknown> {
  const reference: string | undefined = schema['$ref'];
  if (reference) {
    const target = reference
      .slice(2)
      .split('/')
      .reduce((at: Schema, key: string) => at[key], root);
    return valid(target, root, [...within, reference]);
  }
  const options: Schema[] | undefined = schema['properties'] ? undefined : (schema['anyOf'] ?? schema['oneOf']);
  if (options && !schema['allOf']) {
    // What contains itself comes to an end.
    const spent = within.filter((name) => within.filter((other) => other === name).length >= mostOfOneReference);
    const usable = options.filter((option) => !spent.some((name) => JSON.stringify(option).includes(`"${name}"`)));
    return fc.oneof(...usable.map((option) => valid(option, root, within)));
  }
  if (schema['allOf']) return valid(schema['allOf'][0], root, within);
  if ('const' in schema) return fc.constant(schema['const']);
  if (schema['enum']) return fc.constantFrom(...schema['enum']);
  const type = Array.isArray(schema['type']) ? schema['type'] : [schema['type']];
  return fc.oneof(...type.map((name: string) => ofType(name, schema, root, within)));
}

function ofType(type: string, schema: Schema, root: Schema, within: readonly string[]): fc.Arbitrary<unknown> {
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: schema['minimum'] ?? -1_000, max: Math.min(schema['maximum'] ?? 1_000, 2 ** 31 - 1) });
    case 'number': {
      const [min, max] = [schema['minimum'] ?? schema['exclusiveMinimum'] ?? -1_000, schema['maximum'] ?? 1_000];
      const step: number | undefined = schema['multipleOf'];
      if (step) return fc.integer({ min: Math.ceil(min / step), max: Math.floor(max / step) }).map((n) => n * step);
      return fc.double({ min, max, minExcluded: schema['exclusiveMinimum'] !== undefined, noNaN: true });
    }
    case 'string':
      return text(schema);
    case 'array':
      return fc.array(valid(schema['items'], root, within), {
        minLength: schema['minItems'] ?? 0,
        maxLength: Math.min(schema['maxItems'] ?? 4, 4),
      });
    default:
      return object(schema, root, within);
  }
}

function text(schema: Schema): fc.Arbitrary<string> {
  if (schema['format'] === 'uuid') return fc.uuid();
  if (schema['format'] === 'date-time') {
    return fc
      .date({ min: new Date('2020-01-01'), max: new Date('2027-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString());
  }
  if (schema['pattern'] && schema['pattern'] !== withoutNul) return matching(schema['pattern']);
  const length = { minLength: schema['minLength'] ?? 0, maxLength: Math.min(schema['maxLength'] ?? 20, 40) };
  // A small pool of ids makes cases meet each other's rows.
  return schema['maxLength'] === 128
    ? fc.oneof(
        fc.constantFrom('I1', 'I2', 'C1', 'C2', 'O1', 'O2', 'K1', 'V1'),
        fc.string({ unit: 'grapheme', ...length }).filter(storable),
      )
    : fc.string({ unit: 'grapheme', ...length }).filter(storable);
}

const ofPattern = new Map<string, fc.Arbitrary<string>>();

/** Made once for each pattern: one with an excluded character takes fast-check long to take apart. */
function matching(pattern: string): fc.Arbitrary<string> {
  const made = ofPattern.get(pattern) ?? fc.stringMatching(new RegExp(pattern));
  ofPattern.set(pattern, made);
  return made;
}

/** How the contract states free text; what is made of it below has none either. */
const withoutNul = '^[^\\x00]*$';

function storable(value: string): boolean {
  return !value.includes('\0') && value.isWellFormed();
}

function object(schema: Schema, root: Schema, within: readonly string[]): fc.Arbitrary<unknown> {
  const properties: Schema = schema['properties'] ?? {};
  const required: string[] = schema['required'] ?? [];
  // What contains itself comes to an end.
  const spent = within.filter((name) => within.filter((other) => other === name).length >= mostOfOneReference);
  const isOpen = ([name, value]: [string, Schema]) =>
    required.includes(name) || !spent.some((reference) => JSON.stringify(value).includes(`"${reference}"`));
  const arbitraries = Object.fromEntries(
    Object.entries<Schema>(properties)
      .filter(isOpen)
      .map(([name, value]) => [name, valid(value, root, within)]),
  );
  const alternatives: Schema[] = schema['anyOf'] ?? [{}];
  const fixed = fc.oneof(
    ...alternatives.map((alternative) =>
      fc.record(arbitraries, { requiredKeys: [...(schema['required'] ?? []), ...(alternative['required'] ?? [])] }),
    ),
  );
  if (typeof schema['additionalProperties'] !== 'object') return fixed;
  const free = fc.dictionary(
    fc.string({ minLength: 1, maxLength: 8 }).filter((key) => storable(key) && key !== '__proto__'),
    valid(schema['additionalProperties'], root, within),
    { maxKeys: 3 },
  );
  return fc.tuple(fixed, free).map(([known, more]) => ({ ...more, ...(known as object) }));
}

const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

/** JSON texts that no field should hold, or hardly any. */
export const brokenJson: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '"\\u0000"',
    '"a\\u0000b"',
    '"\\ud800"',
    '"\\udfff\\ud800"',
    '1e308',
    '1e999',
    '-1e999',
    '9007199254740993',
    '99999999999999999999999999',
    '-1',
    '0',
    '0.1',
    '1e-320',
    'null',
    'true',
    '""',
    '[]',
    '{}',
    '"NaN"',
    '"Infinity"',
    '"2026-02-30T10:00:00Z"',
    '"0000-00-00T00:00:00Z"',
    '"9999-12-31T23:59:60Z"',
    '"2026-01-01T25:61:61+99:99"',
    '"2026-01-01"',
    '"-0.000000"',
    '"999999999999.999999"',
    '"1e5"',
    '{"__proto__": {"a": 1}}',
    '{"constructor": {"prototype": 1}}',
    '{"\\u0000": 1}',
    deep(13),
    deep(2_000),
    JSON.stringify('x'.repeat(20_000)),
    JSON.stringify(Array.from({ length: 1_500 }, (_, index) => index)),
  ),
  fc.json(),
);
