import type { PeriodValue } from '../../shared/compare.ts';

interface Figures extends PeriodValue {
  numerator: string | number | null;
  denominator: string | number | null;
}

interface Row extends Figures {
  previous: Figures | null;
  year_before: Figures | null;
}

/** What of the whole is of no member that is shown; null: there is nothing, or it is not known. */
export function othersOf<R extends Row>(whole: R | undefined, rows: readonly Row[]): R | null {
  if (!whole || whole.value === null) return null;
  const rest = (of: (row: Row) => Figures | null | undefined): Figures | null => {
    const all = of(whole);
    if (!all) return null;
    const without = (part: 'numerator' | 'denominator') => {
      if (all[part] === null) return null;
      const left = Number(all[part]) - rows.reduce((sum, row) => sum + Number(of(row)?.[part] ?? 0), 0);
      // Decimals that are taken from each other leave a little of nothing.
      return Math.abs(left) < 1e-6 * Math.max(Math.abs(Number(all[part])), 1) ? 0 : left;
    };
    const [numerator, denominator] = [without('numerator'), without('denominator')];
    const value =
      denominator === null ? numerator : numerator === null || denominator === 0 ? null : numerator / denominator;
    return { value, numerator, denominator, partial: all.partial };
  };
  const own = rest((row) => row);
  if (!own || (own.numerator === 0 && !own.denominator)) return null;
  return {
    ...whole,
    ...own,
    previous: rest((row) => row.previous),
    year_before: rest((row) => row.year_before),
  };
}
