import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from 'react';
import { Icon } from '../kit/base/icon.tsx';
import { Button } from '../kit/forms/button.tsx';
import { Modal } from '../kit/overlays/modal.tsx';
import { useToast } from '../kit/overlays/toast.tsx';
import { shellTexts } from '../texts/shell.ts';
import { useTexts } from '../texts/texts.ts';
import { LanguageButton, ThemeButton } from './preference-buttons.tsx';
import { signOut, useSession } from './session.tsx';

export function TopBar({ menu, onSignedOut }: { menu: ReactNode; onSignedOut(): void }) {
  return (
    <header className="top">
      {menu}
      <Search />
      <span className="top-space" />
      <LanguageButton />
      <ThemeButton />
      <Account onSignedOut={onSignedOut} />
    </header>
  );
}

const CommandBar = lazy(() => import('./command-bar/command-bar.tsx'));

/** The command bar: by its field, or by Ctrl-K wherever one is. */
function Search() {
  const t = useTexts(shellTexts);
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey) return;
      event.preventDefault();
      setOpen((before) => !before);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return (
    <>
      <button type="button" className="top-search" onClick={() => setOpen(true)} aria-keyshortcuts="Control+K Meta+K">
        <Icon name="search" />
        <span className="top-search-text truncate">{t.search}</span>
        <kbd className="wide-only">Ctrl K</kbd>
      </button>
      <Modal className="commands" label={t.searchLabel} isOpen={isOpen} onClose={() => setOpen(false)}>
        <Suspense>
          <CommandBar onClose={() => setOpen(false)} />
        </Suspense>
      </Modal>
    </>
  );
}

/** Who is signed in, and the way out. The browser closes it by Escape and by a press beside it. */
function Account({ onSignedOut }: { onSignedOut(): void }) {
  const t = useTexts(shellTexts);
  const { user } = useSession();
  const popup = useRef<HTMLDivElement>(null);
  const role = user.role && user.role in t.roles ? t.roles[user.role as keyof typeof t.roles] : t.byKey;
  const toast = useToast();
  const [isLeaving, setLeaving] = useState(false);
  const leave = async () => {
    setLeaving(true);
    try {
      await signOut();
    } catch {
      setLeaving(false);
      // Whoever goes away from here would leave the browser signed in.
      toast({ kind: 'bad', title: t.notSignedOut, text: t.notSignedOutText });
      return;
    }
    onSignedOut();
  };
  return (
    <>
      <Button kind="quiet" icon="customers" popoverTarget="account" aria-label={`${t.account}: ${user.name}`}>
        <span className="wide-only truncate account-name">{user.name}</span>
      </Button>
      <div id="account" className="menu account" popover="auto" ref={popup}>
        <p className="account-who">
          <strong className="truncate">{user.name}</strong>
          <span className="muted">{role}</span>
        </p>
        <a className="menu-item" href="/docs" target="_blank" rel="noreferrer">
          <Icon name="external" />
          {t.apiReference}
        </a>
        <button type="button" className="menu-item" onClick={leave} disabled={isLeaving}>
          <Icon name="signOut" />
          {t.signOut}
        </button>
      </div>
    </>
  );
}
