/** Forms in which programs write rows as JSON that are not objects by their names: they are made such before they are looked at. */

type Row = Record<string, unknown>;

function isObject(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A table whose rows are lists of cells, or an analytics report. */
export interface CellTable {
  /** undefined: the first row has them */
  columns: string[] | undefined;
  rows: unknown[][];
}

const holdersOfRows = ['values', 'rows', 'data'];
const holdersOfColumns = ['columns', 'fields', 'header', 'headers', 'cols'];

/** Tables of cells in a JSON document: a sheet's values, columns and data apart, a report of Google Analytics. */
export function cellTablesIn(value: unknown): CellTable[] {
  if (Array.isArray(value)) return isCells(value) ? [{ columns: undefined, rows: value as unknown[][] }] : [];
  if (!isObject(value)) return [];
  const reports = Array.isArray(value['reports']) ? value['reports'] : [value];
  if (reports.length > 0 && reports.every(isReport)) return reports.map(tableOfReport);
  const rows = holdersOfRows.map((key) => value[key]).find(isCells);
  if (!rows) return [];
  const columns = holdersOfColumns.map((key) => value[key]).find(Array.isArray) as unknown[] | undefined;
  const names = columns?.map((column) => (isObject(column) ? (column['name'] ?? column['label']) : column));
  return [
    {
      columns: names?.every((name) => typeof name === 'string') ? (names as string[]) : undefined,
      rows: rows as unknown[][],
    },
  ];
}

function isCells(value: unknown): boolean {
  return Array.isArray(value) && value.length > 1 && value.every(Array.isArray);
}

/** A report of the Google Analytics Data API, whose rows name their values in its headers. */
interface Report {
  dimensionHeaders: { name: string }[];
  metricHeaders: { name: string }[];
  rows: { dimensionValues?: { value?: string }[]; metricValues?: { value?: string }[] }[];
  metadata?: { currencyCode?: string };
}

function isReport(one: unknown): one is Report {
  return isObject(one) && ['dimensionHeaders', 'metricHeaders', 'rows'].every((key) => Array.isArray(one[key]));
}

function tableOfReport({ dimensionHeaders, metricHeaders, rows, metadata }: Report): CellTable {
  const currency = metadata?.currencyCode;
  const columns = [...dimensionHeaders, ...metricHeaders].map((header) => String(header.name));
  return {
    columns: [...columns, ...(currency === undefined ? [] : ['currencyCode'])],
    rows: rows.map(({ dimensionValues = [], metricValues = [] }) => [
      ...dimensionHeaders.map((_, index) => dimensionValues[index]?.value),
      ...metricHeaders.map((_, index) => metricValues[index]?.value),
      ...(currency === undefined ? [] : [currency]),
    ]),
  };
}

const deepest = 3;

/**
 * Resources of JSON:API with what they are related to, where lists of it lie beside: an order with its lines.
 * @returns undefined: the document is none, or nothing has such a list
 */
export function resourcesIn(value: unknown): Row[] | undefined {
  if (!isObject(value) || !Array.isArray(value['data']) || !value['data'].every(isResource)) return undefined;
  const included = Array.isArray(value['included']) ? value['included'].filter(isResource) : [];
  const byName = new Map(included.map((one) => [nameOf(one), one]));
  const isRelated = value['data'].some((one) =>
    Object.values(one.relationships ?? {}).some(
      ({ data }) => Array.isArray(data) && data.some((name) => byName.has(nameOf(name))),
    ),
  );
  return isRelated ? value['data'].map((one) => flatten(one, byName, 0)) : undefined;
}

interface ResourceName {
  type: string;
  id: string;
}

interface Resource extends ResourceName {
  attributes?: Row;
  relationships?: Record<string, { data?: ResourceName | ResourceName[] | null }>;
}

function isResource(one: unknown): one is Resource {
  return isObject(one) && typeof one['type'] === 'string' && one['id'] !== undefined && isObject(one['attributes']);
}

function nameOf({ type, id }: ResourceName): string {
  return `${type} ${id}`;
}

function flatten(one: Resource, byName: ReadonlyMap<string, Resource>, depth: number): Row {
  const row: Row = { id: one.id };
  for (const [name, { data }] of Object.entries(one.relationships ?? {})) {
    if (!data || depth >= deepest) continue;
    const found = [data].flat().flatMap((other) => byName.get(nameOf(other)) ?? []);
    const rows = found.map((other) => flatten(other, byName, depth + 1));
    row[name] = Array.isArray(data) ? rows : (rows[0] ?? { id: data.id });
  }
  return { ...row, ...one.attributes };
}

/** Names that hold a row and say nothing but what it is. */
const wrappers = /^(?:_source|item|node|order|invoice|receipt|product|customer|record|row)$/i;

/** A row without what only holds it, and without the types that databases write beside values. */
export function plainRow(given: Row): Row {
  const keys = Object.keys(given);
  const hit = given['_source'];
  if (isObject(hit) && keys.every((key) => key.startsWith('_') || key === 'sort')) return plainRow(hit);
  const [only] = keys;
  if (keys.length === 1 && wrappers.test(only) && isObject(given[only])) return plainRow(given[only]);
  if (keys.length > 1 && keys.every((key) => isTyped(given[key]))) return untyped({ M: given }) as Row;
  return hasMarks(given, 0) ? (withoutMarks(given) as Row) : given;
}

/** DynamoDB: {"S": "text"}, {"N": "12.5"}, {"L": […]}, {"M": {…}}. */
function isTyped(value: unknown): boolean {
  if (!isObject(value)) return false;
  const keys = Object.keys(value);
  return keys.length === 1 && /^(?:S|N|BOOL|NULL|L|M|SS|NS)$/.test(keys[0]);
}

function untyped(value: unknown): unknown {
  if (!isTyped(value)) return value;
  const [[type, inner]] = Object.entries(value as Row);
  if (type === 'NULL') return null;
  if (type === 'L') return (inner as unknown[]).map(untyped);
  if (type !== 'M') return inner;
  return Object.fromEntries(Object.entries(inner as Row).map(([key, part]) => [key, untyped(part)]));
}

const deepestMark = 8;

/** MongoDB: {"$oid": …}, {"$date": …}, {"$numberDecimal": …}. */
function isMark(value: Row): boolean {
  const keys = Object.keys(value);
  return keys.length === 1 && /^\$(?:oid|date|numberDecimal|numberDouble|numberInt|numberLong|uuid)$/.test(keys[0]);
}

function hasMarks(value: unknown, depth: number): boolean {
  if (depth > deepestMark) return false;
  if (Array.isArray(value)) return value.slice(0, 3).some((one) => hasMarks(one, depth + 1));
  return isObject(value) && (isMark(value) || Object.values(value).some((one) => hasMarks(one, depth + 1)));
}

function withoutMarks(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMarks);
  if (!isObject(value)) return value;
  if (!isMark(value)) return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withoutMarks(part)]));
  const [inner] = Object.values(value);
  // A date may be a number of milliseconds that is marked itself.
  return isObject(inner) && isMark(inner) ? Number(withoutMarks(inner)) : inner;
}
