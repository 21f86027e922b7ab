import { type ReactNode, useEffect, useRef } from 'react';

/** The browser's own modal dialog, for the shell: it costs nothing. Pages use Dialog, in which menus and lists open. */
export function Modal({
  isOpen,
  onClose,
  label,
  className,
  children,
}: {
  isOpen: boolean;
  onClose(): void;
  label: string;
  className: string;
  children: ReactNode;
}) {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (isOpen) element.current?.showModal();
    else element.current?.close();
  }, [isOpen]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a press beside it closes it, and Escape does so by itself
    <dialog
      ref={element}
      className={className}
      aria-label={label}
      onClose={onClose}
      onClick={(event) => event.target === element.current && onClose()}
    >
      {isOpen && children}
    </dialog>
  );
}
