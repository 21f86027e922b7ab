import type { Database } from '../../db/index.ts';
import { PannierError } from '../../errors.ts';
import { type Intake, namedItems } from '../../intake/index.ts';
import { say } from '../../sentences/index.ts';
import { type Feed, FeedProblem, type Pull, type Validators } from './feed.ts';
import { type FetchBounds, type FetchedFeed, fetchFeed } from './fetch-feed.ts';
import { hideMissing, showAgain } from './missing-items.ts';
import { noteItems } from './store.ts';

/** What of intake feeds are taken in by. */
export type CatalogueIntake = Pick<Intake, 'understand' | 'importUnderstood' | 'upsertItems'>;

export interface PullDependencies {
  db: Database;
  intake: CatalogueIntake;
}

/** What became of a pull, and what to tell the server at the next one; undefined: what was told so far. */
export interface Pulled {
  pull: Pull;
  validators?: Validators;
}

const nothing: Omit<Pull, 'outcome'> = {
  ...{ problem: null, importId: null, items: null, counts: null },
  ...{ hidden: 0, shown: 0 },
};

/**
 * Pulls a feed once: all of its file is taken in, or nothing.
 * @throws what is no fault of the feed's, as where the database is away
 */
export async function pullFeed(deps: PullDependencies, feed: Feed, bounds: FetchBounds): Promise<Pulled> {
  try {
    const fetched = await fetchFeed(feed, bounds);
    if (fetched.status === 'unchanged') return { pull: { ...nothing, outcome: 'unchanged' } };
    try {
      const { hash } = fetched.validators;
      const isSame = feed.validators?.hash.equals(hash) ?? false;
      if (isSame) return { pull: { ...nothing, outcome: 'unchanged' }, validators: fetched.validators };
      return await takeIn(deps, feed, fetched, bounds.leave);
    } finally {
      await fetched.file.remove();
    }
  } catch (error) {
    const problem = problemOf(error);
    if (problem === undefined || bounds.leave.aborted) throw error;
    return { pull: { ...nothing, outcome: 'failed', problem } };
  }
}

/** What is wrong with the feed; undefined: it is something else that went wrong. */
function problemOf(error: unknown): string | undefined {
  if (error instanceof FeedProblem) return error.message;
  const isOfFile = error instanceof PannierError && ['invalid_request', 'payload_too_large'].includes(error.code);
  return isOfFile ? say('feed.unreadable', { why: error.message }) : undefined;
}

async function takeIn(
  { db, intake }: PullDependencies,
  feed: Feed,
  { file, name, validators }: Extract<FetchedFeed, { status: 'changed' }>,
  leave: AbortSignal,
): Promise<Pulled> {
  const understood = await intake.understand(file.path, { name, kind: 'items' });
  try {
    const items = await namedItems(understood);
    if (items.length === 0) throw new FeedProblem(say('feed.no-items', {}));
    const [{ importId, status, report }] = await intake.importUnderstood(understood);
    // Another one may pull by now.
    leave.throwIfAborted();
    const taken = { ...nothing, importId, items: items.length };
    if (status === 'refused') {
      return { pull: { ...taken, outcome: 'failed', problem: say('feed.refused', { import: importId }) } };
    }
    const { facts, quarantined, merged } = report.rows;
    const counts = { facts, quarantined, merged };
    const noted = await noteItems(db, feed, items);
    if (noted.isShrunk) {
      const problem = say('feed.fewer', { gone: noted.gone, before: noted.before });
      return { pull: { ...taken, counts, outcome: 'fewer', problem } };
    }
    const shown = await showAgain(db, intake);
    const hidden = feed.missing === 'hide' ? await hideMissing(db, intake, feed.name) : 0;
    return { pull: { ...taken, counts, hidden, shown, outcome: 'taken-in' }, validators };
  } finally {
    await understood.close();
  }
}
