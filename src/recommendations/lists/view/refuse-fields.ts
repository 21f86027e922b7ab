import { PannierError } from '../../../errors.ts';
import type { Caller } from '../../../http/index.ts';
import type { ListField } from './list-view.ts';

/**
 * Everybody reads the key that stands in a page, and not all that a shop notes of its goods is for everybody.
 * @throws PannierError `forbidden`
 */
export function refuseFields(caller: Caller, fields: readonly ListField[] | undefined, field: string): void {
  if (!caller.isPublishable || !fields?.includes('attributes')) return;
  throw new PannierError('forbidden', 'A publishable key shows no attributes of items.', [
    { field, message: 'holds attributes, which a publishable key does not show' },
  ]);
}
