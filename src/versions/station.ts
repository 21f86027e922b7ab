import type { Notice } from '../db/index.ts';
import { byCommand, daysBetween, type Finding, finding } from '../finding.ts';
import type { Station } from '../station.ts';
import type { PublishedRelease } from './model-version.ts';
import { checkEveryMs, type ReleaseMemory } from './release-memory.ts';

/**
 * What versions announce to the service: the memory of the release follows notices.
 * @param onChange another release was found of which no notice came
 */
export function versionsStation(releases: ReleaseMemory, onChange: (notice: Notice) => Promise<void>): Station {
  return {
    onNotice(notice) {
      if (notice.about === 'release') releases.forget();
    },
    timers: [
      {
        failure: 'a release that was found is not followed',
        everyMs: checkEveryMs,
        run: async () => {
          if (await releases.check()) await onChange({ about: 'release' });
        },
      },
    ],
    examine: async (now) => findOldRelease(await releases.read(), now),
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
