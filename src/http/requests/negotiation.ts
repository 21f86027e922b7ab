import { PannierError } from '../../errors.ts';

interface Preference {
  quality: number;
  /** 2: the type itself, 1: all of its kind, 0: anything */
  precision: number;
  /** where in the header it was named */
  place: number;
}

/**
 * The offered media type that a caller wants most, by RFC 9110: of the ranges that fit a type the most precise one says how
 * much it is wanted, 0 being not at all. Among equals the more precisely named is taken, then the first named, then the first
 * offered.
 * @throws PannierError `not_acceptable`
 */
export function negotiate<Type extends string>(accept: string | undefined, offered: readonly Type[]): Type {
  if (accept === undefined || accept.trim() === '') return offered[0]!;
  const ranges = accept.split(',').map(readRange);
  let best: { type: Type; preference: Preference } | undefined;
  for (const type of offered) {
    const preference = preferenceOf(type, ranges);
    if (preference && preference.quality > 0 && (!best || isBefore(preference, best.preference))) {
      best = { type, preference };
    }
  }
  if (!best) throw new PannierError('not_acceptable', `Accept one of ${offered.join(', ')}.`);
  return best.type;
}

function readRange(range: string): { name: string; quality: number } {
  const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => /^q\s*=/.test(parameter))?.replace(/^q\s*=\s*/, '');
  const isWeight = weight === undefined || /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(weight);
  // A weight that cannot be read makes the range say nothing.
  return { name: isWeight ? name : '', quality: Number(weight ?? 1) };
}

function preferenceOf(type: string, ranges: readonly { name: string; quality: number }[]): Preference | undefined {
  const names = ['*/*', `${type.split('/')[0]}/*`, type];
  let found: Preference | undefined;
  for (const [place, { name, quality }] of ranges.entries()) {
    const precision = names.indexOf(name);
    if (precision > (found?.precision ?? -1)) found = { quality, precision, place };
  }
  return found;
}

function isBefore(one: Preference, other: Preference): boolean {
  if (one.quality !== other.quality) return one.quality > other.quality;
  if (one.precision !== other.precision) return one.precision > other.precision;
  return one.place < other.place;
}
