import { Argument, InvalidArgumentError } from 'commander';
import { readConfig } from '../config.ts';
import { readMoment } from '../intake/index.ts';
import { kinds } from '../versions/index.ts';

export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('a whole number is needed');
  return Number(text);
}

export function positiveNumber(text: string): number {
  const number = wholeNumber(text);
  if (number === 0) throw new InvalidArgumentError('a whole number above 0 is needed');
  return number;
}

/** A time without a zone is in the shop's. */
export function moment(text: string): Date {
  const date = readMoment(text, readConfig().timeZone);
  if (!date) throw new InvalidArgumentError('a time such as 2026-03-01 or 2026-03-01T00:00:00Z is needed');
  return date;
}

/** For options that can be given several times. */
export function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

export function kindArgument(name: string): Argument {
  return new Argument(name, kinds.join(', ')).choices(kinds);
}
