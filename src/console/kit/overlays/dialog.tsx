import { Dialog as Base } from '@base-ui/react/dialog';
import type { ReactNode } from 'react';
import { kitTexts } from '../../texts/kit.ts';
import { useTexts } from '../../texts/texts.ts';
import { Button, IconButton } from '../forms/button.tsx';

export interface DialogProps {
  isOpen: boolean;
  onClose(): void;
  title: string;
  /** what it is about, in a sentence */
  description?: ReactNode;
  wide?: boolean;
  /** from the side instead of the middle: what stays beside the page that it explains */
  side?: 'right' | 'left';
  /** buttons at its foot; without them it is closed by its cross, Escape and a press beside it */
  actions?: ReactNode;
  children?: ReactNode;
}

/** Something that has to be done before the page goes on. */
export function Dialog({ isOpen, onClose, title, description, wide, side, actions, children }: DialogProps) {
  const t = useTexts(kitTexts);
  const shape = side ? `drawer drawer-${side}` : `dialog${wide ? ' dialog-wide' : ''}`;
  return (
    <Base.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="veil" />
        <Base.Popup className={shape}>
          <div className="dialog-head">
            <Base.Title className="dialog-title">{title}</Base.Title>
            <Base.Close render={<IconButton icon="close" label={t.close} />} />
          </div>
          {description && <Base.Description className="dialog-description">{description}</Base.Description>}
          <div className="dialog-body">{children}</div>
          {actions && <div className="dialog-actions">{actions}</div>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** Asks before something that cannot simply be taken back. */
export function Confirm({
  confirm,
  isDangerous,
  isWorking,
  onConfirm,
  ...dialog
}: Omit<DialogProps, 'actions'> & {
  /** what is done, as a verb: never only "OK" */
  confirm: string;
  isDangerous?: boolean;
  isWorking?: boolean;
  onConfirm(): void;
}) {
  const t = useTexts(kitTexts);
  return (
    <Dialog
      {...dialog}
      actions={
        <>
          <Button onClick={dialog.onClose}>{t.cancel}</Button>
          <Button kind={isDangerous ? 'danger' : 'main'} working={isWorking} onClick={onConfirm}>
            {confirm}
          </Button>
        </>
      }
    />
  );
}
