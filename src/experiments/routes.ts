import { type Handlers, listOf } from '../http/index.ts';
import type { GlobalHoldout } from './arms.ts';
import type { Experiments } from './experiments.ts';

export function experimentRoutes(experiments: Experiments): Pick<Handlers, 'listHoldouts' | 'setHoldout'> {
  return {
    listHoldouts: async () => ({ json: toHoldouts(await experiments.readHoldouts()) }),
    setHoldout: async ({ body }) => ({ json: toHoldouts(await experiments.setHoldout(body)) }),
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
