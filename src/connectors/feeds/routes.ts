import { type Handlers, listOf } from '../../http/index.ts';
import { waitAtMost } from '../../wait-at-most.ts';
import type { Feed, LastPull } from './feed.ts';
import type { Feeds } from './feeds.ts';

type FeedOperation = 'listFeeds' | 'getFeed' | 'setFeed' | 'removeFeed' | 'pullFeed';

/** What takes longer is told by the next look. */
const waitedMs = 4_000;

export function feedRoutes(feeds: Feeds): Pick<Handlers, FeedOperation> {
  const pulled = async (name: string) => {
    await waitAtMost(waitedMs, feeds.pullDue());
    return toJson(await feeds.read(name));
  };
  return {
    listFeeds: async () => ({ json: listOf((await feeds.list()).map(toJson)) }),
    getFeed: async ({ parameters: { feed_name: name } }) => ({ json: toJson(await feeds.read(name)) }),
    async setFeed({ parameters: { feed_name: name }, body: { url, missing = 'keep' } }) {
      const isNew = await feeds.set({ name, url, missing });
      return { status: isNew ? 201 : 200, json: await pulled(name) };
    },
    async removeFeed({ parameters: { feed_name: name } }) {
      await feeds.remove(name);
      return { json: { name } };
    },
    async pullFeed({ parameters: { feed_name: name }, body: { accept_fewer: acceptFewer = false } }) {
      await feeds.ask(name, acceptFewer);
      return { json: await pulled(name) };
    },
  };
}

function toJson({ name, shownUrl, missing, setAt, dueAt, lastSuccessAt, lastPull }: Feed) {
  return {
    name,
    url: shownUrl,
    missing,
    set_at: setAt.toISOString(),
    next_pull_at: dueAt.toISOString(),
    last_success_at: lastSuccessAt?.toISOString() ?? null,
    last_pull: lastPull && pullJson(lastPull),
  };
}

function pullJson({ startedAt, outcome, problem, importId, items, counts, hidden, shown }: LastPull) {
  return {
    ...{ started_at: startedAt.toISOString(), outcome, problem },
    ...{ import_id: importId, items, counts, hidden, shown },
  };
}
