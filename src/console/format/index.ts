/** How money, numbers, days and times are written. */
export { addDays, daysApart, daysBetween, today } from './calendar.ts';
export {
  type Amount,
  createFormat,
  type Format,
  type Grain,
  localeOf,
  nothing,
  type ShopSettings,
  type Unit,
} from './format.ts';
export { FormatContext, useFormat } from './use-format.ts';
export { clockOf, momentOf } from './zoned.ts';
