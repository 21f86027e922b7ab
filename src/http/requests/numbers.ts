import { escapePointer, type FieldFault } from '../../errors.ts';

type Schema = Record<string, any>;

/** Which values of a kind of body may be JSON numbers, and where they are. */
interface Place {
  /** an id or an amount by the contract; undefined: there are some further in */
  sent?: 'id' | 'amount';
  properties?: Map<string, Place>;
  /** of every other property */
  others?: Place;
  items?: Place;
  /** of several forms that a value may have the one that it has: of one name they may make a figure here and an amount there */
  alternatives?: { fits: (value: Record<string, unknown>) => boolean; place: Place }[];
}

/** Turns what a body has as numbers where the service has ids and amounts into texts. @returns the body, and those that are not exact */
export type ExactNumbers = (body: unknown, most: number) => { body: unknown; faults: FieldFault[] };

const kinds: Record<string, Place['sent']> = {
  '#/components/schemas/SentId': 'id',
  '#/components/schemas/SentAmount': 'amount',
  '#/components/schemas/SentSignedAmount': 'amount',
};

/**
 * Ids and amounts may be sent as JSON numbers where these are exact: whole numbers that a double holds (up to 2^53 - 1), and money
 * with no more digits than the currency has. From then on they are texts, so that 5 and "5" are the same everywhere.
 * @param schema of a body, whose references `resolve` follows
 */
export function createExactNumbers(
  schema: Schema,
  resolve: (reference: string) => Schema,
  minorDigits: number,
): ExactNumbers {
  const place = placeOf(schema, resolve, new Map());
  const amount = new RegExp(`^-?\\d{1,12}${minorDigits === 0 ? '' : `(\\.\\d{1,${minorDigits}})?`}$`);
  const exact = (value: number, kind: NonNullable<Place['sent']>, field: string, found: Found): unknown => {
    const text = String(value);
    if (kind === 'id' ? Number.isSafeInteger(value) && value >= 0 : amount.test(text)) return text;
    if (found.faults.length < found.most)
      found.faults.push({ field, message: 'is not exact as a number: send it as text' });
    return value;
  };
  const walk = (value: unknown, at: Place, path: string, found: Found): unknown => {
    if (at.sent) return typeof value === 'number' ? exact(value, at.sent, path, found) : value;
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) {
      const { items } = at;
      if (items) for (const [index, one] of value.entries()) value[index] = walk(one, items, `${path}/${index}`, found);
      return value;
    }
    const fields = value as Record<string, unknown>;
    for (const name of at.others ? Object.keys(fields) : (at.properties?.keys() ?? [])) {
      const one = fields[name];
      // Most are texts, or not there: of these no path is made.
      if (typeof one !== 'number' && typeof one !== 'object') continue;
      const inside = at.properties?.get(name) ?? at.others;
      if (inside && Object.hasOwn(fields, name))
        fields[name] = walk(one, inside, `${path}/${escapePointer(name)}`, found);
    }
    const form = at.alternatives?.find(({ fits }) => fits(fields));
    return form ? walk(value, form.place, path, found) : value;
  };
  return (body, most) => {
    const faults: FieldFault[] = [];
    return { body: place ? walk(body, place, '', { faults, most }) : body, faults };
  };
}

/** What was found so far, and how much of it is to be told. */
interface Found {
  faults: FieldFault[];
  most: number;
}

/** The place that a schema describes; undefined: nothing in it may be such a number. What contains itself is found again by its name. */
function placeOf(schema: Schema, resolve: (reference: string) => Schema, known: Map<string, Place>): Place | undefined {
  const reference: string | undefined = schema['$ref'];
  if (reference) {
    if (kinds[reference]) return { sent: kinds[reference] };
    const before = known.get(reference);
    if (before) return before;
    const place: Place = {};
    known.set(reference, place);
    Object.assign(place, placeOf(resolve(reference), resolve, known));
    return place;
  }
  const place: Place = {};
  const parts: Schema[] = ['allOf', 'anyOf'].flatMap((keyword) => schema[keyword] ?? []);
  for (const part of parts) merge(place, placeOf(part, resolve, known));
  const alternatives = (schema['oneOf'] ?? []).flatMap((part: Schema) => {
    const inside = placeOf(part, resolve, known);
    return inside ? [{ fits: createFitting(part, resolve), place: inside }] : [];
  });
  if (alternatives.length > 0) place.alternatives = alternatives;
  for (const [name, property] of Object.entries<Schema>(schema['properties'] ?? {})) {
    const inside = typeof property === 'object' ? placeOf(property, resolve, known) : undefined;
    if (inside) (place.properties ??= new Map()).set(name, inside);
  }
  const { items, additionalProperties } = schema;
  if (items) merge(place, { items: placeOf(items, resolve, known) } as Place);
  if (typeof additionalProperties === 'object')
    merge(place, { others: placeOf(additionalProperties, resolve, known) } as Place);
  return Object.values(place).some((part) => part !== undefined) ? place : undefined;
}

/** Tells whether a value has a form: by the names that it needs and allows, and by the words that it takes. */
function createFitting(
  given: Schema,
  resolve: (reference: string) => Schema,
): (value: Record<string, unknown>) => boolean {
  const schema = given['$ref'] ? resolve(given['$ref']) : given;
  const properties: [string, Schema][] = Object.entries(schema['properties'] ?? {});
  const names = new Set(properties.map(([name]) => name));
  const words = properties.flatMap(([name, { enum: among, const: only }]) =>
    among !== undefined || only !== undefined ? [[name, new Set(among ?? [only])] as const] : [],
  );
  const required: string[] = schema['required'] ?? [];
  return (value) =>
    required.every((name) => Object.hasOwn(value, name)) &&
    (schema['additionalProperties'] !== false || Object.keys(value).every((name) => names.has(name))) &&
    words.every(([name, taken]) => !Object.hasOwn(value, name) || taken.has(value[name]));
}

function merge(into: Place, more: Place | undefined): void {
  if (!more) return;
  into.sent ??= more.sent;
  into.items ??= more.items;
  into.others ??= more.others;
  if (more.alternatives) into.alternatives = [...(into.alternatives ?? []), ...more.alternatives];
  for (const [name, place] of more.properties ?? []) (into.properties ??= new Map()).set(name, place);
}
