import type { Transaction } from '../../db/index.ts';
import type { CleaningContext } from '../cleaning/rules.ts';
import type { Touches } from '../touches/touches.ts';
import type { Verdict } from './verdicts.ts';

/** What has changed. Whoever changes facts says all of it: what is left out here, nobody hears of, and no figure is counted anew. */
export interface Changes {
  /** items and customers whose truth has changed: others hear of it with the commit */
  itemKeys: number[];
  customerKeys: number[];
  /**
   * from which moment on (epoch milliseconds) what these customers did is another; absent: it may be from the beginning. Who only did
   * something more keeps all that was known of before
   */
  since?: ReadonlyMap<number, number>;
  /** the days whose figures are to be counted anew */
  touches: Touches;
}

/** What became of a batch inside its transaction: a verdict for each element, in the order sent. */
export interface Recorded extends Changes {
  verdicts: Verdict[];
}

/** What elements are recorded by. */
export interface RecordContext extends CleaningContext {
  minorDigits: number;
  /** the shop's, whose days stock is kept by */
  timeZone: string;
  eventRetentionDays: number;
  /** the import that brings them */
  importId?: number | undefined;
  /** the transaction is short: whoever loses a race in it begins it again */
  isShort?: boolean;
  /** when each of the elements came, in epoch milliseconds, where that is not now: it is no news to what was told since */
  receivedAt?: readonly number[];
}

/** Cleans elements and stores them in the caller's transaction; what is refused goes to quarantine. */
export type RecordBatch<Element> = (
  tx: Transaction,
  elements: readonly Element[],
  context: RecordContext,
) => Promise<Recorded>;
