import type { Config } from '../config.ts';
import type { Database, Notice } from '../db/index.ts';
import type { EraseElsewhere } from './erasure/erase-customer.ts';
import { createImports, type Imports } from './imports/imports.ts';
import { createRecording, type Recording } from './recording.ts';

export interface IntakeDependencies {
  db: Database;
  /** The database for imports and redrives; the same where absent. */
  work?: Database;
  /** More events of one visitor in a minute than `robotEventsPerMinute` are those of a robot. */
  config: Pick<Config, 'timeZone' | 'currency' | 'minorDigits'> & { robotEventsPerMinute?: number };
  clock: () => Date;
  /** Told after each commit what has changed; the answer waits for it, so that the next request sees the change. */
  onChange?: (notice: Notice) => void | Promise<void>;
  /** What other stations know of a person goes in the same transaction. */
  erase?: EraseElsewhere;
}

/** The shop's facts, in by API or import through one set of cleaning rules. Rows are conserved: in = facts + quarantined + merged. */
export interface Intake extends Recording, Imports {}

export function createIntake(deps: IntakeDependencies): Intake {
  const long = { ...deps, db: deps.work ?? deps.db };
  return { ...createRecording(deps).recording, ...createImports(long, createRecording(long).recorder) };
}
