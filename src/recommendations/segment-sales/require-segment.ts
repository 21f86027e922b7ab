import { invalidField, PannierError } from '../../errors.ts';
import type { Caller } from '../../http/index.ts';
import type { ServingMemory } from '../memory/serving-memory.ts';

/** Is there a segment of this id? */
export type IsSegment = (segmentId: string) => Promise<boolean>;

/**
 * Sees to it that there is such a segment. While the database is away nobody can say, and its best sellers are everybody's.
 * @param field of the request that names it
 * @throws PannierError `invalid_request`
 */
export async function requireSegment(
  { release, guard }: Pick<ServingMemory, 'release' | 'guard'>,
  isSegment: IsSegment,
  segmentId: string,
  field: string,
): Promise<void> {
  if (release.segments?.bestSellers.has(segmentId)) return;
  try {
    if (await guard.run(() => isSegment(segmentId))) return;
  } catch (error) {
    if (error instanceof PannierError && error.code === 'unavailable') return;
    throw error;
  }
  throw invalidField(field, 'is no segment');
}

/**
 * Everybody reads the key that stands in a page, and which segments a shop has, and what they buy, is not for everybody.
 * @throws PannierError `forbidden`
 */
export function refuseSegments(caller: Caller, segments: readonly unknown[], fieldOf: (place: number) => string): void {
  const place = segments.findIndex((segment) => segment !== undefined);
  if (!caller.isPublishable || place < 0) return;
  throw new PannierError('forbidden', 'A publishable key names no segment: set it with the placement.', [
    { field: fieldOf(place), message: 'names a segment, which a publishable key does not' },
  ]);
}
