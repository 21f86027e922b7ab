import { plainHeading } from '../text/headings.ts';
import type { Condition, Output, Plan, Source } from './plan.ts';

/** The columns and paths that a table's rows have, by their headings as these are compared. */
export class Headings {
  readonly all: readonly string[];
  readonly #byPlain = new Map<string, string>();
  readonly #exact: ReadonlySet<string>;

  constructor(names: readonly string[]) {
    this.all = names;
    this.#exact = new Set(names);
    for (const name of names) {
      const plain = plainHeading(name);
      if (!this.#byPlain.has(plain)) this.#byPlain.set(plain, name);
    }
  }

  /** The name that the table has for a heading; undefined: it has no such. */
  find(heading: string): string | undefined {
    // Where a point and a line below it mean different things.
    if (heading.startsWith('=')) return this.#exact.has(heading.slice(1)) ? heading.slice(1) : undefined;
    if (this.#exact.has(heading)) return heading;
    return this.#byPlain.get(plainHeading(heading));
  }
}

/** A source by the table's own columns; undefined where none of them is there. */
export function resolve(source: Source, headings: Headings, list: string | undefined): Source | undefined {
  if (typeof source === 'string') {
    if (!source.startsWith('@')) return headings.find(source);
    // Parts of packed cells bear no heading.
    if (list === undefined) return source;
    const found = headings.find(`${list}.${source.slice(1)}`);
    return found && `@${found.slice(list.length + 1)}`;
  }
  if (Array.isArray(source)) {
    const found = resolveAll(source as readonly Source[], headings, list);
    return found.length === 0 ? undefined : found.length === 1 ? found[0] : found;
  }
  if ('constant' in source) return source;
  if ('sumOf' in source) {
    const [first, ...steps] = source.sumOf.split('.');
    const found = headings.find(first);
    return found === undefined ? undefined : { sumOf: [found, ...steps].join('.') };
  }
  if ('parts' in source) {
    const found = resolveAll(source.parts, headings, list);
    return found.length === 0 ? undefined : { ...source, parts: found };
  }
  const mapped = source as Extract<Source, { of: Source }>;
  const of = resolve(mapped.of, headings, list);
  return of === undefined ? undefined : { ...mapped, of };
}

function resolveAll(sources: readonly Source[], headings: Headings, list: string | undefined): Source[] {
  return sources.flatMap((one) => {
    const found = resolve(one, headings, list);
    return found === undefined ? [] : [found];
  });
}

/** A platform's plan by the columns that this file of it has. @param joined those of the tables beside */
export function resolvePlan(plan: Plan, headings: Headings, joined: readonly string[]): Plan {
  const both = new Headings([...headings.all, ...joined]);
  return { ...plan, outputs: plan.outputs.flatMap((output) => resolveOutput(output, both) ?? []) };
}

/** A column that is not there is empty in all rows: no row can be one of those that it names. */
function isNeverMet({ of, in: among, filled }: Condition, headings: Headings, list: string | undefined): boolean {
  return (among !== undefined || filled === true) && resolve(of, headings, list) === undefined;
}

function resolveOutput(output: Output, headings: Headings): Output | undefined {
  const each = resolveEach(output, headings);
  if (output.each && !each) return undefined;
  const list = each && 'list' in each ? each.list : undefined;
  const fields = Object.entries(output.fields).flatMap(([field, source]) => {
    const found = resolve(source, headings, list);
    return found === undefined ? [] : [[field, found] as const];
  });
  if (output.where?.some((condition) => isNeverMet(condition, headings, list))) return undefined;
  const conditions = (given: readonly Condition[] | undefined) =>
    given?.flatMap((condition): Condition[] => {
      const of = resolve(condition.of, headings, list);
      return of === undefined ? [] : [{ ...condition, of }];
    });
  const [where, lineWhere] = [output.where, output.lineWhere].map(conditions);
  return {
    ...output,
    ...(each && { each }),
    fields: Object.fromEntries(fields),
    ...(where && { where }),
    ...(lineWhere && { lineWhere }),
  };
}

function resolveEach({ each }: Output, headings: Headings): Output['each'] {
  if (!each) return undefined;
  if ('list' in each) {
    const list = headings.find(each.list);
    return list === undefined ? undefined : { list };
  }
  const patterns = [each.packed].flat();
  const packed = patterns.flatMap((pattern) =>
    pattern.endsWith('*')
      ? headings.all.filter((name) =>
          new RegExp(`^${plainHeading(pattern.slice(0, -1))} ?\\d+$`).test(plainHeading(name)),
        )
      : (headings.find(pattern) ?? []),
  );
  return packed.length === 0 ? undefined : { ...each, packed };
}

/** The paths that a source reads, those into a line with their sign. */
export function pathsOf(source: Source): string[] {
  if (typeof source === 'string') return [source];
  if (Array.isArray(source)) return (source as readonly Source[]).flatMap(pathsOf);
  if ('constant' in source) return [];
  if ('sumOf' in source) return [source.sumOf.split('.', 1)[0]];
  if ('parts' in source) return source.parts.flatMap(pathsOf);
  return pathsOf((source as Extract<Source, { of: Source }>).of);
}

/** The columns that a source reads. */
export function columnsOf(source: Source): string[] {
  return pathsOf(source).map((path) => path.replace(/^@/, ''));
}
