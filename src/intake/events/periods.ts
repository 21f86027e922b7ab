/** The stretch of time of one partition of events. */
export interface Period {
  /** `events_2026_03`, or `events_2015` */
  table: string;
  from: Date;
  until: Date;
}

const firstYearOfMonths = 2020;

/**
 * The period that a moment (epoch milliseconds) falls into: a month in UTC. Before 2020 it is a year, because every reader
 * pays for every partition, and a key that may only append events must not be able to make hundreds of them.
 */
export function periodOf(moment: number): Period {
  const date = new Date(moment);
  const year = date.getUTCFullYear();
  return year < firstYearOfMonths ? yearPeriod(year) : monthPeriod(year, date.getUTCMonth());
}

/** The period of a partition, by its name; undefined: no partition of events has such a name. */
export function periodNamed(table: string): Period | undefined {
  const [, year, month] = /^events_(\d{4})(?:_(\d\d))?$/.exec(table) ?? [];
  if (year === undefined) return undefined;
  return month === undefined ? yearPeriod(Number(year)) : monthPeriod(Number(year), Number(month) - 1);
}

function yearPeriod(year: number): Period {
  return { table: `events_${year}`, from: new Date(Date.UTC(year, 0)), until: new Date(Date.UTC(year + 1, 0)) };
}

function monthPeriod(year: number, month: number): Period {
  return {
    table: `events_${year}_${String(month + 1).padStart(2, '0')}`,
    from: new Date(Date.UTC(year, month)),
    until: new Date(Date.UTC(year, month + 1)),
  };
}
