import type { Database } from '../../db/index.ts';
import { type Intake, visibleItems } from '../../intake/index.ts';
import { markHidden, markShown, selectGone, selectReturned } from './store.ts';

const atOnce = 1_000;

/** Hides what has vanished from a feed and is in no other one. @returns how many items */
export async function hideMissing(db: Database, intake: Pick<Intake, 'upsertItems'>, feed: string): Promise<number> {
  let hidden = 0;
  let after = '';
  for (;;) {
    const gone = await selectGone(db, feed, after, atOnce);
    if (gone.length === 0) return hidden;
    const visible = await visibleItems(db, gone);
    // First: who ends in between hides them at the next pull, and knows then what it has to show again.
    await markHidden(db, feed, visible);
    if (visible.length > 0) await intake.upsertItems(visible.map((item_id) => ({ item_id, hidden: true })));
    hidden += visible.length;
    after = gone[gone.length - 1];
  }
}

/** Shows what was hidden when it vanished from a feed and is in one again. @returns how many items */
export async function showAgain(db: Database, intake: Pick<Intake, 'upsertItems'>): Promise<number> {
  let shown = 0;
  for (;;) {
    const returned = await selectReturned(db, atOnce);
    if (returned.length === 0) return shown;
    await intake.upsertItems(returned.map((item_id) => ({ item_id, hidden: false })));
    await markShown(db, returned);
    shown += returned.length;
  }
}
