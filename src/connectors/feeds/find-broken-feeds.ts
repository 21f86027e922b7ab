import { byRequest, type Finding, finding } from '../../finding.ts';
import type { Feed } from './feed.ts';

/** A pull that an hour missed may have met a service that was not there; a day is none's. */
const staleMs = 24 * 3_600_000;

const document = 'docs/connectors.md';

/** What is wrong with feeds. Pure. */
export function findBrokenFeeds(feeds: readonly Feed[], now: Date): Finding[] {
  return feeds.flatMap(({ name: feed, setAt, lastPull, lastSuccessAt }): Finding[] => {
    const found: Finding[] = [];
    const remedy = byRequest(`GET /v1/feeds/${feed}`, document);
    if (lastPull?.outcome === 'failed') {
      found.push(finding('finding.feed-failed', { feed }, { weakens: ['lists'], remedy }));
    }
    if (lastPull?.outcome === 'fewer') {
      const accept = byRequest(`POST /v1/feeds/${feed}/pulls {"accept_fewer": true}`, document);
      found.push(finding('finding.feed-fewer', { feed }, { weakens: ['lists'], remedy: accept }));
    }
    const ageMs = now.getTime() - (lastSuccessAt ?? setAt).getTime();
    if (ageMs > staleMs) {
      const hours = Math.floor(ageMs / 3_600_000);
      found.push(finding('finding.feed-stale', { feed, hours }, { weakens: ['lists'], remedy }));
    }
    return found;
  });
}
