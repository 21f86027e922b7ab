const formats = new Map<string, Intl.DateTimeFormat>();

/** A format costs far more to make than to use. */
function formatFor(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', { timeZone, year: 'numeric', month: 'numeric', day: 'numeric' });
  formats.set(timeZone, made);
  return made;
}

/** The local day, and the first days of the week and the month that a moment lies in. */
export function periodsOf(moment: number, timeZone: string, weekStart: 'monday' | 'sunday') {
  const [month, dayOfMonth, year] = formatFor(timeZone).format(moment).split('/').map(Number);
  const day = Date.UTC(year, month - 1, dayOfMonth) / 86_400_000;
  // The first of January 1970 was a Thursday.
  const daysIntoWeek = (day + (weekStart === 'monday' ? 3 : 4)) % 7;
  return { day, week: day - daysIntoWeek, month: year * 12 + month };
}
