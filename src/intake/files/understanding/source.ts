import { createHash } from 'node:crypto';
import type { SourceRow } from '../containers/table.ts';
import { fromScaled, toScaled } from './exact.ts';
import { isFilled, textOf } from './filled.ts';
import { decimalOf } from './forms.ts';
import { unpackLines } from './packed-lines.ts';
import type { Condition, Source } from './plan.ts';

/** A row, and the line of its list that is looked at. */
export interface Scope {
  row: SourceRow['values'];
  line?: Record<string, unknown> | undefined;
}

export type Getter = (scope: Scope) => unknown;

/** Makes the function that finds a source's value; undefined: it has none. */
export function compile(source: Source): Getter {
  if (typeof source === 'string') return compilePath(source);
  if (Array.isArray(source)) {
    const getters = (source as readonly Source[]).map(compile);
    return (scope) => {
      for (const get of getters) {
        const value = get(scope);
        if (isFilled(value)) return value;
      }
      return undefined;
    };
  }
  if ('constant' in source) return () => source.constant;
  if ('sumOf' in source) return compileSum(source.sumOf);
  if ('parts' in source) {
    const getters = source.parts.map(compile);
    return (scope) => {
      const parts = getters.map((get) => get(scope)).filter(isFilled);
      if (parts.length === 0) return undefined;
      const whole = parts.map(textOf).join(source.by);
      // An id that is made of who somebody is must not tell it.
      return source.isHashed ? createHash('sha256').update(whole).digest('hex').slice(0, 32) : whole;
    };
  }
  const { of, values, otherwise } = source as Extract<Source, { of: Source }>;
  const get = compile(of);
  const byText = new Map(Object.entries(values).map(([from, to]) => [from.toLowerCase(), to]));
  return (scope) => {
    const value = get(scope);
    if (!isFilled(value)) return undefined;
    return byText.get(textOf(value).trim().toLowerCase()) ?? otherwise;
  };
}

function compileSum(path: string): Getter {
  const steps = path.split('.');
  return ({ row }) => {
    const found = valuesAt(row, steps)
      .map((value) => toScaled(decimalOf(value, '.', false)))
      .filter((scaled) => scaled !== undefined);
    return found.length === 0 ? undefined : fromScaled(found.reduce((sum, scaled) => sum + scaled, 0n));
  };
}

function valuesAt(value: unknown, [step, ...further]: readonly string[]): unknown[] {
  if (step === undefined) return isFilled(value) ? [value] : [];
  if (step === '*') return unpackLines(value, 'pairs-by-bar').flatMap((one) => valuesAt(one, further));
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return [];
  return valuesAt((value as Record<string, unknown>)[step], further);
}

function compilePath(path: string): Getter {
  const isOfLine = path.startsWith('@');
  const whole = isOfLine ? path.slice(1) : path;
  const steps = whole.split('.');
  return ({ row, line }) => {
    const start = isOfLine ? line : row;
    if (!start) return undefined;
    // A column may have a point in its name.
    if (whole in start) return start[whole];
    return steps.length === 1 ? undefined : walk(start, steps);
  };
}

function walk(start: unknown, steps: readonly string[]): unknown {
  let value: unknown = start;
  for (const step of steps) {
    if (typeof value !== 'object' || value === null) return undefined;
    // BigQuery has parameters as a list of keys and values.
    if (Array.isArray(value)) value = parameterOf(value, step);
    else value = Object.hasOwn(value, step) ? (value as Record<string, unknown>)[step] : undefined;
  }
  return value;
}

function parameterOf(list: readonly unknown[], key: string): unknown {
  if (/^-?\d+$/.test(key)) return list.at(Number(key));
  const found = list.find(
    (one) => typeof one === 'object' && one !== null && (one as Record<string, unknown>)['key'] === key,
  ) as Record<string, unknown> | undefined;
  if (!found) return undefined;
  const value = found['value'];
  if (typeof value !== 'object' || value === null) return value;
  return Object.values(value).find(isFilled);
}

/** Makes the function that tells why a row is left out; undefined: it is not. */
export function compileConditions(
  conditions: readonly Condition[] = [],
): (scope: Scope) => { reason: string | undefined } | undefined {
  const tests = conditions.map(({ of, in: wanted, notIn, filled, reason }) => {
    const get = compile(of);
    const [among, notAmong] = [wanted, notIn].map((list) => list && new Set(list.map((one) => one.toLowerCase())));
    return (scope: Scope) => {
      const value = get(scope);
      if (filled !== undefined && isFilled(value) !== filled) return { reason };
      const text = isFilled(value) ? textOf(value).trim().toLowerCase() : '';
      if (among && !among.has(text)) return { reason };
      return notAmong?.has(text) ? { reason } : undefined;
    };
  });
  return (scope) => {
    for (const test of tests) {
      const failed = test(scope);
      if (failed) return failed;
    }
    return undefined;
  };
}
