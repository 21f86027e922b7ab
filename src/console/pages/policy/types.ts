import type { Answer } from '../../api/index.ts';

export type Policy = Answer<'/v1/policies/{policy_id}'>;
export type Version = Answer<'/v1/policies/{policy_id}/versions'>['items'][number];
export type Content = Version['policy'];
export type PolicyPreview = Answer<'/v1/policies/previews', 'post'>;
export type Threshold = PolicyPreview['thresholds'][number];
