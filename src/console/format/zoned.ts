/** A moment as the clock of a zone shows it, `2026-03-29T03:30`: what a field for date and time holds. */
export function clockOf(moment: string, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(new Date(moment));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}`;
}

/**
 * The moment at which the clock of a zone shows so: the first of two where it is put back, and as long after the last
 * minute before where it is put forward. @returns undefined where it is no date and time
 */
export function momentOf(clock: string, timeZone: string): string | undefined {
  const asUtc = Date.parse(`${clock}:00Z`);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(clock) || Number.isNaN(asUtc)) return undefined;
  const offsetAt = (time: number) => Date.parse(`${clockOf(new Date(time).toISOString(), timeZone)}:00Z`) - time;
  // No zone is off by more than a day: the offsets of the day before and after are all that can be meant.
  const candidates = [offsetAt(asUtc - 86_400_000), offsetAt(asUtc + 86_400_000)].map((offset) => asUtc - offset);
  const shown = candidates.filter((time) => time + offsetAt(time) === asUtc);
  const time = shown.length > 0 ? Math.min(...shown) : (candidates[0] as number);
  return new Date(time).toISOString();
}
