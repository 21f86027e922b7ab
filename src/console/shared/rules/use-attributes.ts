import { type Answer, get, useGet } from '../../api/index.ts';

export type CustomerAttribute = Answer<'/v1/customer-attributes'>['items'][number];

/** The attributes that customers have, those of the most customers first. */
export function useAttributes(): readonly CustomerAttribute[] {
  return useGet(get('/v1/customer-attributes')).data?.items ?? [];
}
