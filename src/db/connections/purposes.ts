/** What connections are for; each purpose has connections and deadlines of its own, so that none takes all from the others. */
export type Purpose = 'requests' | 'facts' | 'reports' | 'work' | 'watch';

export interface Terms {
  /** Part of the configured connections. */
  share: number;
  /** How long to wait for a connection; who would come after somebody who has waited half as long is turned away at once. */
  waitMs: number;
  /** From asking for a connection, and from each statement that is done, to the next; undefined: only the server's deadlines. */
  patienceMs: number | undefined;
  /** From asking for a connection to the end of all statements. */
  mostMs: number;
  statementMs: number;
  lockMs: number;
  idleInTransactionMs: number;
}

const hours = 3_600_000;
const short = { patienceMs: 5_000, mostMs: 5_000, statementMs: 4_500, lockMs: 3_000, idleInTransactionMs: 10_000 };

export const purposes: Record<Purpose, Terms> = {
  /** A caller waits, and has others behind them. */
  requests: { share: 1, waitMs: 1_500, ...short },
  /** The same for what the shop sends, of which much may come at once: when its tables are locked by somebody, everything else still has connections. */
  facts: { share: 0.5, waitMs: 1_500, ...short, mostMs: 60_000 },
  /** A person waits, for what reads or writes much. */
  reports: {
    share: 0.5,
    waitMs: 10_000,
    patienceMs: 120_000,
    mostMs: 120_000,
    statementMs: 115_000,
    lockMs: 20_000,
    idleInTransactionMs: 120_000,
  },
  /** Imports, training and housekeeping. An import waits for the one before it. */
  work: {
    share: 1,
    waitMs: 5_000,
    patienceMs: undefined,
    mostMs: Number.POSITIVE_INFINITY,
    statementMs: 6 * hours,
    lockMs: 2 * hours,
    idleInTransactionMs: 2 * hours,
  },
  /** What is looked for again and again, and short: one connection that a shop keeps, so that looking takes none from anybody. */
  watch: { share: 0, waitMs: 1_500, ...short },
};

/** A person who typed a command waits for what is asked, and has nobody behind them: on a busy machine it takes what it takes. */
const unhurriedWaitMs = 60_000;

export function termsOf(purpose: Purpose, isUnhurried = false): Terms {
  const own = purposes[purpose];
  if (!isUnhurried) return own;
  const patient = purpose === 'work' ? own : { ...purposes.reports, share: own.share };
  return { ...patient, waitMs: unhurriedWaitMs };
}

export function connectionsFor(purpose: Purpose, poolSize: number): number {
  return purpose === 'watch' ? 1 : Math.max(2, Math.ceil(poolSize * purposes[purpose].share));
}
