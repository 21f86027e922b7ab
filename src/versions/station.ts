import type { Queryable } from '../db/index.ts';
import { byCommand, daysBetween, type Finding, finding } from '../finding.ts';
import type { Station } from '../station.ts';
import type { PublishedRelease } from './model-version.ts';
import { readPublishedRelease } from './publish.ts';
import type { ReleaseMemory } from './release-memory.ts';

/** What versions announce to the service: the memory of the release follows notices. */
export function versionsStation(releases: ReleaseMemory, db: Queryable): Station {
  return {
    onNotice(notice) {
      if (notice.about === 'release') releases.forget();
    },
    onHearing: releases.hear,
    examine: async (now) => findOldRelease(await readPublishedRelease(db), now),
  };
}

/** Nights that were missed in a row. */
const oldAfterDays = 3;

function findOldRelease(release: PublishedRelease | undefined, now: Date): Finding[] {
  const remedy = byCommand('npx pannier train', 'docs/data-science.md');
  if (!release) return [finding('finding.nothing-learnt', {}, { blocks: ['lists', 'segments', 'coupons'], remedy })];
  const learntAt = Math.max(...Object.values(release.models).map(({ createdAt }) => createdAt.getTime()));
  const days = daysBetween(new Date(learntAt), now);
  if (days < oldAfterDays) return [];
  return [finding('finding.learnt-long-ago', { days }, { weakens: ['lists', 'segments', 'coupons'], remedy })];
}
