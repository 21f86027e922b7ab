import { put, remove } from '../../../api/index.ts';
import { ConfirmRemoval } from '../../../shared/confirm-removal.tsx';
import { useTexts } from '../../../texts/texts.ts';
import { placementTexts } from './texts.ts';
import type { Placement } from './types.ts';

export const stale = ['/v1/placements', '/v1/pages', '/v1/audit-entries'];

/** Asks before what a placement was set to is taken back; it can be set again as it was. */
export function TakeBack({ placement, onClose }: { placement: Placement; onClose(): void }) {
  const t = useTexts(placementTexts);
  const { name, title, method, limit, filter, pinned_item_ids } = placement;
  const path = { placement: name };
  return (
    <ConfirmRemoval
      onClose={onClose}
      title={t.takeBackTitle(name)}
      description={placement.is_ready_made ? t.takeBackReady : t.takeBackOwn}
      confirm={t.takeBack}
      request={remove('/v1/placements/{placement}', { path })}
      stale={stale}
      removed={t.takenBack(name)}
      refused={t.refused}
      undo={put('/v1/placements/{placement}', { path, body: { title, method, limit, filter, pinned_item_ids } })}
    />
  );
}
