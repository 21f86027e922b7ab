import type { Answer } from '../../../api/index.ts';
import type { Tone } from '../../../kit/index.ts';

export type Feed = Answer<'/v1/feeds'>['items'][number];
export type Outcome = NonNullable<Feed['last_pull']>['outcome'];

export const tones: Record<Outcome, Tone> = {
  pulling: 'accent',
  'taken-in': 'good',
  unchanged: 'good',
  fewer: 'warn',
  failed: 'bad',
};

/** What is asked for anew when a feed has been set or pulled: what came with it too. */
export const stale = ['/v1/feeds', '/v1/imports', '/v1/quarantine', '/v1/items', '/v1/doctor', '/v1/audit-entries'];

export const isUnderWay = ({ last_pull: pull }: Feed): boolean => pull === null || pull.outcome === 'pulling';
