import { type Handlers, listOf } from '../http/index.ts';
import type { GlobalHoldout, Holdout } from './arms.ts';
import type { Experiments } from './experiments.ts';

export function experimentRoutes(
  experiments: Experiments,
): Pick<Handlers, 'listHoldouts' | 'setHoldout' | 'listRecommendationHoldouts' | 'setRecommendationHoldout'> {
  return {
    listHoldouts: async () => ({ json: toHoldouts(await experiments.readHoldouts()) }),
    setHoldout: async ({ body }) => ({ json: toHoldouts(await experiments.setHoldout(body)) }),
    listRecommendationHoldouts: async () => ({ json: toListHoldouts(await experiments.readListHoldouts()) }),
    setRecommendationHoldout: async ({ body }) => ({
      json: toListHoldouts(await experiments.setListHoldout(body.share)),
    }),
  };
}

function toHoldouts(holdouts: GlobalHoldout[]) {
  return listOf(
    holdouts.map(({ share, explorationShare, since }) => ({
      share,
      exploration_share: explorationShare,
      since: since.toISOString(),
    })),
  );
}

function toListHoldouts(holdouts: Holdout[]) {
  return listOf(holdouts.map(({ share, since }) => ({ share, since: since.toISOString() })));
}
