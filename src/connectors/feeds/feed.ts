/** What becomes of items that vanish from a feed. */
export type Missing = 'keep' | 'hide';

/** A catalogue that is pulled from an address again and again. */
export interface Feed {
  name: string;
  /** whole; it may hold a password or a token, and is never told */
  url: string;
  /** without those */
  shownUrl: string;
  missing: Missing;
  setAt: Date;
  /** when it is pulled next */
  dueAt: Date;
  /** somebody has looked: it is right that the feed has so few items */
  acceptFewer: boolean;
  /** what the server said of the file that was taken in last */
  validators: Validators | null;
  /** null: it has never been pulled */
  lastPull: LastPull | null;
  lastSuccessAt: Date | null;
}

/** By which a server tells whether a file is another one, and so do we where it says nothing. */
export interface Validators {
  etag: string | null;
  lastModified: string | null;
  /** SHA-256 of the file as it came */
  hash: Buffer;
}

/**
 * `fewer`: the file was taken in, and nothing was hidden, for more than half of the items had vanished. `failed`: nothing was
 * taken in.
 */
export type PullOutcome = 'taken-in' | 'unchanged' | 'fewer' | 'failed';

/** What became of a pull. */
export interface Pull {
  outcome: PullOutcome;
  /** why it failed, or what is to be looked at */
  problem: string | null;
  /** that it was taken in by, or refused */
  importId: number | null;
  /** in the file */
  items: number | null;
  counts: { facts: number; quarantined: number; merged: number } | null;
  /** items that this pull has hidden, and shown again */
  hidden: number;
  shown: number;
}

export interface LastPull extends Omit<Pull, 'outcome'> {
  startedAt: Date;
  outcome: PullOutcome | 'pulling';
}

/** Why a feed cannot be pulled, in a sentence. */
export class FeedProblem extends Error {}

/** An address as it may be told: without a user, and without what its query says. */
export function shownUrl(url: string): string {
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  for (const name of new Set(shown.searchParams.keys())) shown.searchParams.set(name, '…');
  return decodeURI(shown.href.replaceAll('%E2%80%A6', '…'));
}
