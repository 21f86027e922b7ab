import { type Answer, get, useGet } from '../../api/index.ts';

export type PredictedAttribute = Answer<'/v1/predicted-attributes'>['items'][number];

/** The declared attributes that nights learn from behaviour; mostly there are none. */
export function usePredictedAttributes(): readonly PredictedAttribute[] {
  return useGet(get('/v1/predicted-attributes')).data?.items ?? [];
}
