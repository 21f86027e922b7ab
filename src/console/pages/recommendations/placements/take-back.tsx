import { put, remove, useChange } from '../../../api/index.ts';
import { Confirm, Problem, useToast } from '../../../kit/index.ts';
import { useTexts } from '../../../texts/texts.ts';
import { placementTexts } from './texts.ts';
import type { Placement } from './types.ts';

export const stale = ['/v1/placements', '/v1/pages', '/v1/audit-entries'];

/** Asks before what a placement was set to is taken back; it can be set again as it was. */
export function TakeBack({ placement, onClose }: { placement: Placement; onClose(): void }) {
  const t = useTexts(placementTexts);
  const toast = useToast();
  const { run, isRunning, error } = useChange<unknown>(stale);
  const { name } = placement;
  const path = { placement: name };
  const takeBack = async () => {
    if (!(await run(remove('/v1/placements/{placement}', { path })))) return;
    onClose();
    const { title, method, limit, filter, pinned_item_ids } = placement;
    const body = { title, method, limit, filter, pinned_item_ids };
    const undo = () => void run(put('/v1/placements/{placement}', { path, body }));
    toast({ title: t.takenBack(name), undo });
  };
  return (
    <Confirm
      isOpen
      onClose={onClose}
      title={t.takeBackTitle(name)}
      description={placement.is_ready_made ? t.takeBackReady : t.takeBackOwn}
      confirm={t.takeBack}
      isDangerous
      isWorking={isRunning}
      onConfirm={takeBack}
    >
      {error && <Problem error={error} title={t.refused} />}
    </Confirm>
  );
}
