import type { Period } from '../periods.ts';

/** What is asked of measures that are read when somebody asks, and not counted before. */
export interface ReadQuestion {
  /** in the sequence of time */
  periods: readonly Period[];
  /** these only; undefined: all */
  members: readonly string[] | undefined;
  timeZone: string;
  minorDigits: number;
  now: Date;
}
