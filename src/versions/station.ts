import type { Station } from '../station.ts';
import type { ReleaseMemory } from './release-memory.ts';

export function versionsStation(releases: ReleaseMemory): Station {
  return {
    onNotice(notice) {
      if (notice.about === 'release') releases.forget();
    },
    onHearing: releases.hear,
  };
}
