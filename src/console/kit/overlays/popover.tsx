import { Popover as Base } from '@base-ui/react/popover';
import { type ReactElement, type ReactNode, type RefObject, useState } from 'react';
import { kitTexts } from '../../texts/kit.ts';
import { useTexts } from '../../texts/texts.ts';
import { IconButton } from '../forms/button.tsx';

/** Something more about what was pressed, beside it. `children` gets a function that closes it. */
export function Popover({
  trigger,
  title,
  children,
}: {
  trigger: ReactElement;
  title: string;
  children: (close: () => void) => ReactNode;
}) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Base.Root open={isOpen} onOpenChange={setOpen}>
      <Base.Trigger render={trigger} />
      {isOpen && <PopoverBody title={title}>{children(() => setOpen(false))}</PopoverBody>}
    </Base.Root>
  );
}

/** The same by a button that is there already: of many, only the open one costs anything. */
export function PopoverAt({
  anchor,
  title,
  onClose,
  children,
}: {
  anchor: RefObject<HTMLElement | null>;
  title: string;
  onClose(): void;
  children: ReactNode;
}) {
  return (
    <Base.Root open onOpenChange={(open) => !open && onClose()}>
      <PopoverBody title={title} anchor={anchor}>
        {children}
      </PopoverBody>
    </Base.Root>
  );
}

function PopoverBody({
  title,
  anchor,
  children,
}: {
  title: string;
  anchor?: RefObject<HTMLElement | null>;
  children: ReactNode;
}) {
  const t = useTexts(kitTexts);
  return (
    <Base.Portal>
      <Base.Positioner
        className="layer"
        sideOffset={6}
        collisionPadding={8}
        align="start"
        {...(anchor ? { anchor } : {})}
      >
        <Base.Popup className="popover" {...(anchor ? { finalFocus: anchor } : {})}>
          <div className="popover-head">
            <Base.Title className="popover-title">{title}</Base.Title>
            <Base.Close render={<IconButton icon="close" label={t.close} small />} />
          </div>
          {children}
        </Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  );
}
