import { useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { ApiError } from '../api/index.ts';
import { CopyLine } from '../kit/figure/copy-line.tsx';
import { Button } from '../kit/forms/button.tsx';
import { TextField } from '../kit/forms/field.tsx';
import { Form } from '../kit/forms/form.tsx';
import { Segmented } from '../kit/forms/segmented.tsx';
import { Notice } from '../kit/layout/notice.tsx';
import { signInTexts } from '../texts/sign-in.ts';
import { useTexts } from '../texts/texts.ts';
import { Mark } from './mark.tsx';
import { LanguageButton, ThemeButton } from './preference-buttons.tsx';
import { type Credentials, type Session, signIn } from './session.tsx';

/** The ticket of a printed address, which stands behind `#`, so that it is in no log; it is taken out of the address at once. */
function takeTicket(): string | undefined {
  const ticket = new URLSearchParams(location.hash.slice(1)).get('ticket') ?? undefined;
  if (ticket) history.replaceState(null, '', location.pathname + location.search);
  return ticket;
}

/** The page of who is not signed in. */
export function SignIn({ onSignedIn }: { onSignedIn(session: Session): void }) {
  const t = useTexts(signInTexts);
  const [path, navigate] = useLocation();
  /** whom an invitation in the address is for; '': nobody can say */
  const [invited, setInvited] = useState<string>();
  useEffect(() => {
    document.title = `${t.title} · Pannier`;
  }, [t]);
  return (
    <div className="alone">
      <main className="sign-in">
        <Mark size={36} />
        <h1>{invited === undefined ? t.title : t.welcome(invited)}</h1>
        <p className="muted">{invited === undefined ? t.purpose : t.choosePassword}</p>
        <SignInForms
          takesTickets
          onInvited={setInvited}
          onSignedIn={(session) => {
            if (path === '/sign-in') navigate('/', { replace: true });
            onSignedIn(session);
          }}
        />
      </main>
      <footer className="alone-foot">
        <LanguageButton />
        <ThemeButton />
      </footer>
    </div>
  );
}

/** By user and password, by an API key, or by the ticket in the address. */
export function SignInForms({
  takesTickets,
  onInvited,
  onSignedIn,
}: {
  takesTickets?: boolean;
  onInvited?(userName: string): void;
  onSignedIn(session: Session): void;
}) {
  const t = useTexts(signInTexts);
  const [way, setWay] = useState<'user' | 'key'>('user');
  const [isWorking, setWorking] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const [asksCode, setAsksCode] = useState(false);
  const [invitation, setInvitation] = useState<string>();

  const enter = async (credentials: Credentials) => {
    setWorking(true);
    setRefusal(undefined);
    try {
      onSignedIn(await signIn(credentials));
    } catch (error) {
      setWorking(false);
      const { fault } = error instanceof ApiError ? { fault: error.fault.bind(error) } : { fault: () => undefined };
      // What is missing is asked for only now: most have no second factor, and most tickets need no password.
      const isNew = (fault('code') && !asksCode) || (fault('password') && 'ticket' in credentials && !invitation);
      if (fault('code')) setAsksCode(true);
      if (fault('password') && 'ticket' in credentials) {
        setInvitation(credentials.ticket);
        onInvited?.(error instanceof ApiError ? userOf(error) : '');
      }
      if (!isNew) setRefusal(explain(error, 'ticket' in credentials, t));
    }
  };
  const ticket = useRef<string | undefined>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a ticket is good once
  useEffect(() => {
    if (!takesTickets) return;
    ticket.current ??= takeTicket();
    const taken = ticket.current;
    ticket.current = '';
    if (taken) void enter({ ticket: taken });
  }, []);

  const choices = [
    { value: 'user', label: t.byUser },
    { value: 'key', label: t.byKey },
  ] as const;
  return (
    <>
      {!invitation && <Segmented<'user' | 'key'> label={t.title} value={way} onChange={setWay} choices={choices} />}
      {refusal && (
        <div role="alert">
          <Notice tone="bad">{refusal}</Notice>
        </div>
      )}
      {invitation ? (
        <ByInvitation ticket={invitation} onEnter={enter} isWorking={isWorking} />
      ) : way === 'user' ? (
        <ByUser onEnter={enter} isWorking={isWorking} asksCode={asksCode} />
      ) : (
        <ByKey onEnter={enter} isWorking={isWorking} />
      )}
    </>
  );
}

/** Whose invitation it is, as the refusal without a password says. */
const userOf = ({ problem }: ApiError): string =>
  problem.said?.[problem.detail ?? '']?.find(({ key }) => key === 'detail.invitation')?.values['user'] ?? '';

interface WayProps {
  onEnter(credentials: Credentials): void;
  isWorking: boolean;
}

function ByUser({ onEnter, isWorking, asksCode }: WayProps & { asksCode: boolean }) {
  const t = useTexts(signInTexts);
  const [userName, setUserName] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  return (
    <Form
      className="stack"
      onSubmit={() =>
        onEnter({
          user_name: userName.trim(),
          password,
          ...(code ? { code: code.replaceAll(' ', '').toLowerCase() } : {}),
        })
      }
    >
      <TextField
        label={t.userName}
        value={userName}
        onChange={setUserName}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
      />
      <TextField
        label={t.password}
        value={password}
        onChange={setPassword}
        type="password"
        autoComplete="current-password"
        required
      />
      {asksCode && (
        <TextField
          label={t.code}
          hint={t.codeHint}
          value={code}
          onChange={setCode}
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
        />
      )}
      <Submit isWorking={isWorking} />
    </Form>
  );
}

/** Who was invited chooses a password; the ticket stands for the name. */
function ByInvitation({ ticket, onEnter, isWorking }: WayProps & { ticket: string }) {
  const t = useTexts(signInTexts);
  const [password, setPassword] = useState('');
  return (
    <Form className="stack" onSubmit={() => onEnter({ ticket, password })}>
      <TextField
        label={t.newPassword}
        hint={t.newPasswordHint}
        value={password}
        onChange={setPassword}
        type="password"
        autoComplete="new-password"
        minLength={10}
        required
      />
      <Submit isWorking={isWorking} />
    </Form>
  );
}

function ByKey({ onEnter, isWorking }: WayProps) {
  const t = useTexts(signInTexts);
  const [key, setKey] = useState('');
  return (
    <Form className="stack" onSubmit={() => onEnter({ key: key.trim() })}>
      <TextField
        label={t.key}
        hint={t.keyHint}
        value={key}
        onChange={setKey}
        type="password"
        autoComplete="off"
        required
      />
      <Submit isWorking={isWorking} />
      <div className="sign-in-help">
        <p className="field-hint">{t.noKey}</p>
        <CopyLine text="npx pannier keys create console --scope admin" />
      </div>
    </Form>
  );
}

function Submit({ isWorking }: { isWorking: boolean }) {
  const t = useTexts(signInTexts);
  return (
    <Button type="submit" kind="main" working={isWorking}>
      {isWorking ? t.working : t.submit}
    </Button>
  );
}

function explain(error: unknown, isTicket: boolean, t: typeof signInTexts.en): string {
  if (!(error instanceof ApiError)) return String(error);
  const { status } = error.problem;
  if (status === 429) return t.tooOften(error.retryAfter ?? 60);
  if (status === 401 || status === 403 || (status === 400 && isTicket)) return isTicket ? t.ticketSpent : t.wrong;
  return error.words;
}
