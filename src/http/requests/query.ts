import type { FieldFault } from '../../errors.ts';

/**
 * Query parameters into `values`; one given twice is a fault unless it is a list, whose values may stand in one with commas.
 * @returns the faults, where there are any
 */
export function readQuery(
  url: string,
  names: Set<string>,
  lists: { all: Set<string>; withCommas: Set<string> },
  values: Record<string, unknown>,
): FieldFault[] | undefined {
  const start = url.indexOf('?');
  if (start < 0) return undefined;
  let faults: FieldFault[] | undefined;
  for (const [name, value] of pairsOf(url.slice(start + 1))) {
    if (!names.has(name)) {
      (faults ??= []).push({ field: name.toWellFormed() || '(no name)', message: 'is not a known field' });
    } else if (lists.all.has(name)) {
      const more = lists.withCommas.has(name) ? value.split(',') : [value];
      values[name] = Array.isArray(values[name]) ? [...values[name], ...more] : more;
    } else if (Object.hasOwn(values, name)) {
      (faults ??= []).push({ field: name, message: 'is given twice' });
    } else {
      values[name] = value;
    }
  }
  return faults;
}

/** Most queries have nothing to decode, and splitting is several times as fast as URLSearchParams. */
function pairsOf(query: string): Iterable<[string, string]> {
  if (/[%+]/.test(query)) return new URLSearchParams(query);
  const pairs: [string, string][] = [];
  for (const pair of query.split('&')) {
    const end = pair.indexOf('=');
    if (end >= 0) pairs.push([pair.slice(0, end), pair.slice(end + 1)]);
    else if (pair !== '') pairs.push([pair, '']);
  }
  return pairs;
}
