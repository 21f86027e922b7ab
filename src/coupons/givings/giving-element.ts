import { conflict, invalidField } from '../../errors.ts';
import type { Campaign } from '../campaigns/campaign-terms.ts';
import type { Giving } from './store.ts';

/** To whom a campaign is to be given, and when. */
export interface WhomElement {
  /** absent: everybody who may be profiled */
  segment_id?: string;
  /** absent: now */
  starts_at?: string;
}

/** What a campaign is to be given by. */
export interface GivingElement extends WhomElement {
  giving_id: string;
}

export type Whom = Pick<Giving, 'segmentId' | 'startsAt'>;

export function readWhom({ segment_id, starts_at }: WhomElement, now: Date): Whom {
  return { segmentId: segment_id ?? null, startsAt: starts_at === undefined ? now : new Date(starts_at.toUpperCase()) };
}

/** @throws PannierError `invalid_request` naming the field, `conflict` where the campaign is over */
export async function requireGivable(
  { validUntil }: Pick<Campaign, 'validUntil'>,
  { segmentId, startsAt }: Whom,
  now: Date,
  isSegment: (segmentId: string) => Promise<boolean>,
): Promise<void> {
  if (segmentId !== null && !(await isSegment(segmentId))) throw invalidField('/segment_id', 'is no segment');
  if (now >= validUntil) throw conflict('campaign_id', 'has ended');
  if (startsAt >= validUntil) throw invalidField('/starts_at', 'is later than the end of the campaign');
}
