import type { Station } from '../station.ts';
import type { ReleaseMemory } from './release-memory.ts';

/** What versions announce to the service: the memory of the release follows notices. */
export function versionsStation(releases: ReleaseMemory): Station {
  return {
    onNotice(notice) {
      if (notice.about === 'release') releases.forget();
    },
    onHearing: releases.hear,
  };
}
