import type { SourceRow, Table } from '../containers/table.ts';
import { moneyIn } from '../forms/money-object.ts';
import type { Preset } from '../platforms/preset.ts';
import { platformPresets } from '../platforms/presets.ts';
import { isFilled, textOf } from './filled.ts';
import { isTable } from './join.ts';
import type { LookedAt } from './looked-at.ts';
import type { Join, Plan } from './plan.ts';
import { Headings, resolvePlan } from './resolve.ts';
import { compile } from './source.ts';

const sampled = 2_000;
const deepestPath = 6;
const mostPaths = 1_500;

/** Looks at a table's first rows. */
export async function lookAt(table: Table): Promise<LookedAt> {
  const sample: SourceRow[] = [];
  for await (const row of table.rows()) {
    sample.push(row);
    if (sample.length >= sampled) break;
  }
  const paths = {
    areElements: table.format === 'xml',
    all: new Set<string>(table.columns),
    lists: new Set<string>(),
    amounts: new Set<string>(),
  };
  for (const { values } of sample) collectPaths(values, '', paths, 0);
  return { table, headings: new Headings([...paths.all]), sample, lists: paths.lists, amounts: paths.amounts };
}

/** What elements of an order's lines are called, and what holds them. */
const elementsOfLines =
  /^(?:line_?items?|order_?lines?|lines?|items?|products?|order_?items?|positions?|positionen|artikel|order_?details?|details?|rows?|cart_?items?|goods)$/i;

interface Paths {
  /** XML does not tell one from a list of one */
  areElements: boolean;
  all: Set<string>;
  lists: Set<string>;
  amounts: Set<string>;
}

/** Paths of what lies in nested rows; of lists those of their objects. */
function collectPaths(value: object, prefix: string, paths: Paths, depth: number): void {
  if (depth >= deepestPath) return;
  for (const [key, inner] of Object.entries(value)) {
    if (paths.all.size >= mostPaths) return;
    const path = prefix === '' ? key : `${prefix}.${key}`;
    paths.all.add(path);
    if (moneyIn(inner)?.currency !== undefined) paths.amounts.add(path);
    if (Array.isArray(inner)) {
      if (inner.some(isObject)) paths.lists.add(path);
      // BigQuery has parameters as a list of keys and values.
      for (const one of inner) {
        if (isObject(one) && typeof one['key'] === 'string' && 'value' in one) paths.all.add(`${path}.${one['key']}`);
      }
      for (const one of inner.slice(0, 3))
        if (isObject(one)) collectPaths(isObject(one['node']) ? one['node'] : one, path, paths, depth + 1);
    } else if (isObject(inner)) {
      // An element of XML that comes once may come again in another row.
      if (paths.areElements && elementsOfLines.test(key)) paths.lists.add(path);
      collectPaths(inner, path, paths, depth + 1);
    }
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** The platform's file that a table is likeliest to be; undefined where none has all of its needed headings. */
export function recognise(
  { headings, sample }: LookedAt,
  others: readonly LookedAt[],
  platform?: string,
): Plan | undefined {
  const candidates = platformPresets
    .filter((preset) => platform === undefined || preset.platform === platform)
    .flatMap((preset) => {
      const score = scoreOf(preset, headings, sample);
      return score === undefined ? [] : [{ preset, score }];
    })
    .sort((a, b) => b.score - a.score);
  const preset = candidates[0]?.preset;
  if (!preset) return undefined;
  const { platform: name, title, outputs, joins, dateOrder } = preset;
  const joined = joins ? others.flatMap((other) => headingsOfJoined(joins, other)) : [];
  const plan = { platform: name, title, outputs, ...(joins && { joins }), ...(dateOrder && { dateOrder }) };
  return resolvePlan(plan, headings, joined);
}

/** What a table beside calls its columns, in the rows that it is joined to. */
function headingsOfJoined(joins: readonly Join[], other: LookedAt): readonly string[] {
  const as = joins.find((join) => join.as !== undefined && isTable(other, join))?.as;
  return as === undefined ? other.headings.all : other.headings.all.map((name) => `${as}.${name}`);
}

function scoreOf(
  { needs, tells = [], holds }: Preset,
  headings: Headings,
  sample: readonly SourceRow[],
): number | undefined {
  const has = (need: string) => need.split('|').some((heading) => headings.find(heading) !== undefined);
  if (!needs.every(has)) return undefined;
  if (holds) {
    const get = compile(headings.find(holds.of) ?? holds.of);
    const wanted = new Set(holds.among.map((one) => one.toLowerCase()));
    const isThere = ({ values }: SourceRow) => {
      const value = get({ row: values });
      return isFilled(value) && wanted.has(textOf(value).trim().toLowerCase());
    };
    if (!sample.some(isThere)) return undefined;
  }
  return needs.length * 3 + tells.filter(has).length * 2;
}
