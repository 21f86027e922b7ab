import type { Notice, Transaction } from './db/index.ts';
import type { Finding } from './finding.ts';
import type { Chore } from './housekeeping.ts';
import type { Handlers } from './http/index.ts';

/** What has to be done again and again on every instance; not begun anew while it is under way. */
export interface Timer {
  /** what is said where it failed */
  failure: string;
  everyMs: number;
  run(): Promise<void>;
}

/**
 * What a station announces of itself. The service knows no more of it, and loops over all of them in the ring's order: a new
 * station is one folder, and its place in stations.ts.
 */
export interface Station {
  /** What it answers, by operation of the contract. */
  routes?: Partial<Handlers>;
  /** What it knows of a person goes, with the visitors who were nobody else, in the transaction that erases them. */
  erase?(tx: Transaction, customerKey: number, visitorKeys: readonly number[]): Promise<void>;
  /** What grows and is tidied by housekeeping, on one instance at a time. */
  chores?: readonly Chore[];
  timers?: readonly Timer[];
  /** What the shop still misses of what is this station's, for whoever asks. */
  examine?(now: Date): Promise<Finding[]>;
  /** Something has changed, here or on another instance; when the promise resolves the next answer knows of it. */
  onNotice?(notice: Notice): void | Promise<void>;
  /** Notices arrive from now on, or no more; what was said before they arrived went unheard. */
  onHearing?(arrives: boolean): void | Promise<void>;
  /** Reads what answers are made of, before the first request. */
  load?(): Promise<void>;
  /** Begins what needs a database that is there. */
  start?(): Promise<void>;
  stop?(): Promise<void>;
}
