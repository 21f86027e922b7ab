import { type ApiRequest, useChange } from '../api/index.ts';
import { Confirm, type DialogProps, Problem, useToast } from '../kit/index.ts';

/** Asks before something is removed, removes it, and says so; or says why not. */
export function ConfirmRemoval({
  request,
  stale,
  removed,
  refused,
  undo,
  leave,
  ...dialog
}: Pick<DialogProps, 'onClose' | 'title' | 'description'> & {
  /** what is done, as a verb */
  confirm: string;
  request: ApiRequest<unknown>;
  /** operations whose answers are other ones afterwards */
  stale: readonly string[];
  /** what is said when it is done, and what above the reason when it is not */
  removed: string;
  refused: string;
  /** makes it again as it was */
  undo?: ApiRequest<unknown>;
  /** instead of saying so: the page is one of what is there no more */
  leave?(): void;
}) {
  const toast = useToast();
  const { run, isRunning, error } = useChange<unknown>(stale);
  const go = async () => {
    if (!(await run(request))) return;
    if (leave) return leave();
    dialog.onClose();
    toast({ title: removed, ...(undo && { undo: () => void run(undo) }) });
  };
  return (
    <Confirm {...dialog} isOpen isDangerous isWorking={isRunning} onConfirm={go}>
      {error && <Problem error={error} title={refused} />}
    </Confirm>
  );
}
