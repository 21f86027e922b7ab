import { useEffect, useRef } from 'react';
import { createPortal } from 'react-dom';
import { signInTexts } from '../texts/sign-in.ts';
import { useTexts } from '../texts/texts.ts';
import type { Session } from './session.tsx';
import { SignInForms } from './sign-in.tsx';

/**
 * Over the page of somebody whose session has ended. What they have written there stays, and nobody else sees it: what lies behind is
 * covered. It is closed by signing in alone. It stands beside the page, past any dialog that is open there, which does not take a press
 * here for one beside itself.
 */
export function SignInAgain({ name, onSignedIn }: { name: string; onSignedIn(session: Session): void }) {
  const t = useTexts(signInTexts);
  const element = useRef<HTMLDialogElement>(null);
  const open = () => {
    if (element.current && !element.current.open) element.current.showModal();
  };
  useEffect(open, []);
  return createPortal(
    <dialog
      ref={element}
      className="sign-in-again"
      aria-label={t.again}
      onCancel={(event) => event.preventDefault()}
      onClose={open}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <h2>{t.again}</h2>
      <p className="muted">{t.againText(name)}</p>
      <SignInForms onSignedIn={onSignedIn} />
    </dialog>,
    document.body,
  );
}
