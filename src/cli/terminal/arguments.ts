import { Argument, InvalidArgumentError } from 'commander';
import { readConfig } from '../../config.ts';
import { readMoment } from '../../intake/index.ts';
import { kinds } from '../../versions/index.ts';

/** As large as an id of a version may be, or a seed. */
const largestNumber = 2_147_483_647;

export function wholeNumber(text: string): number {
  return numberWithin(text, 0, largestNumber);
}

export function positiveNumber(text: string): number {
  return numberWithin(text, 1, largestNumber);
}

/** Days of a window that is judged. */
export function evaluationDays(text: string): number {
  return numberWithin(text, 1, 365);
}

/** Of the sample shop: with fewer than so many there is nobody to judge lists by. */
export function demoCustomers(text: string): number {
  return numberWithin(text, 100, 1_000_000);
}

/** Of the sample shop: at least one for each of its categories. */
export function demoItems(text: string): number {
  return numberWithin(text, 30, 20_000);
}

/** Of the sample shop: its campaign was two months ago, and is compared with the time before. */
export function demoDays(text: string): number {
  return numberWithin(text, 120, 1_460);
}

/** Of an exploration. */
export function clusterCount(text: string): number {
  return numberWithin(text, 2, 16);
}

/** Customers of an exploration. */
export function sampleSize(text: string): number {
  return numberWithin(text, 2, 20_000);
}

function numberWithin(text: string, least: number, most: number): number {
  if (/^\d{1,12}$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text);
  throw new InvalidArgumentError(`a whole number from ${least} to ${most} is needed`);
}

/** A time without a zone is in the shop's. */
export function timestamp(text: string): Date {
  const date = readMoment(text, readConfig().timeZone);
  if (!date) throw new InvalidArgumentError('a time such as 2026-03-01 or 2026-03-01T00:00:00Z is needed');
  return date;
}

/** A local day of the shop. */
export function localDay(text: string): string {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text);
  if (!isDay) throw new InvalidArgumentError('a day such as 2026-03-01 is needed');
  return text;
}

/** Days before an order in which a list counts for it. */
export function creditDays(text: string): number {
  return numberWithin(text, 1, 30);
}

/** For options that can be given several times. */
export function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

export function kindArgument(name: string): Argument {
  return new Argument(name, kinds.join(', ')).choices(kinds);
}
