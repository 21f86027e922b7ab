import type { Answer } from '../../api/index.ts';

export type Report = Answer<'/v1/recommendation-reports'>;
export type Explanation = Answer<'/v1/recommendations/explanation', 'post'>;
