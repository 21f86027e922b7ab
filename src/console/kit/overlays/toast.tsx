import { createContext, type ReactNode, useCallback, useContext, useEffect, useRef, useState } from 'react';
import { kitTexts } from '../../texts/kit.ts';
import { useTexts } from '../../texts/texts.ts';
import { Icon } from '../base/icon.tsx';
import { Button, IconButton } from '../forms/button.tsx';

export interface Message {
  title: string;
  text?: string;
  kind?: 'good' | 'bad';
  /** how to take it back, for as long as the message is there */
  undo?: () => void;
}

const ToastContext = createContext<(message: Message) => void>(() => {});

/** Says that something was done, and gives a way back: `const toast = useToast()`. */
export const useToast = (): ((message: Message) => void) => useContext(ToastContext);

/** How long a message stays, unless one looks at it; what went wrong stays until it is closed. */
const staysMs = 8_000;

export function ToastProvider({ children }: { children: ReactNode }) {
  const t = useTexts(kitTexts);
  const [messages, setMessages] = useState<(Message & { id: number })[]>([]);
  const next = useRef(0);
  const add = useCallback((message: Message) => {
    next.current += 1;
    const id = next.current;
    // An earlier undo would take back what is no longer the last: what went well makes room, what went wrong stays to be read.
    setMessages((before) => [...before.filter(({ kind }) => kind === 'bad').slice(-3), { ...message, id }]);
  }, []);
  const close = useCallback((id: number) => setMessages((before) => before.filter((one) => one.id !== id)), []);
  return (
    <ToastContext value={add}>
      {children}
      <section className="toasts" aria-label={t.notifications} aria-live="polite">
        {messages.map((message) => (
          <Toast key={message.id} message={message} onClose={() => close(message.id)} />
        ))}
      </section>
    </ToastContext>
  );
}

function Toast({ message, onClose }: { message: Message; onClose(): void }) {
  const { title, text, kind = 'good', undo } = message;
  const t = useTexts(kitTexts);
  const [isHeld, setHeld] = useState(false);
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    if (isHeld || kind === 'bad') return;
    const timer = setTimeout(() => close.current(), staysMs);
    return () => clearTimeout(timer);
  }, [isHeld, kind]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a message stays while one looks at it
    <div
      className="toast"
      role={kind === 'bad' ? 'alert' : 'status'}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span className={`toast-icon is-${kind}`}>
        <Icon name={kind === 'bad' ? 'bad' : 'check'} />
      </span>
      <div className="toast-text">
        <p className="toast-title">{title}</p>
        {text && <p className="toast-description">{text}</p>}
      </div>
      {undo && (
        <Button
          small
          icon="undo"
          onClick={() => {
            onClose();
            undo();
          }}
        >
          {t.undo}
        </Button>
      )}
      <IconButton icon="close" label={t.close} small onClick={onClose} />
    </div>
  );
}
