/** What a day of 24 hours has. */
export const dayMs = 86_400_000;

/** Of a local day, `2026-03-29`, the one so many days later. */
export function addDays(day: string, days: number): string {
  return new Date(toMs(day) + days * dayMs).toISOString().slice(0, 10);
}

/** Days from one local day to, and without, another. */
export function countDays(from: string, until: string): number {
  return (toMs(until) - toMs(from)) / dayMs;
}

const toMs = (day: string) => Date.parse(`${day}T00:00:00Z`);
