import type { Answer } from '../../api/index.ts';

export type Facts = Answer<'/v1/customers/{customer_id}'>;
export type Profile = Answer<'/v1/customers/{customer_id}/profile'>;
export type TimelineEntry = Answer<'/v1/customers/{customer_id}/timeline'>['items'][number];
