/** The local day, and the first days of the week and the month that a moment lies in. */
export function periodsOf(moment: number, timeZone: string, weekStart: 'monday' | 'sunday') {
  const [month, dayOfMonth, year] = new Date(moment)
    .toLocaleDateString('en-US', { timeZone, year: 'numeric', month: 'numeric', day: 'numeric' })
    .split('/')
    .map(Number);
  const day = Date.UTC(year!, month! - 1, dayOfMonth) / 86_400_000;
  // The first of January 1970 was a Thursday.
  const daysIntoWeek = (day + (weekStart === 'monday' ? 3 : 4)) % 7;
  return { day, week: day - daysIntoWeek, month: year! * 12 + month! };
}
