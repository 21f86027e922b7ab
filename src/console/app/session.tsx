import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { type Answer, ApiError, get, post, remove, send } from '../api/index.ts';
import { setToken, whenSignedOut } from '../api/send.ts';
import { createFormat, FormatContext } from '../format/index.ts';
import { useLanguage } from '../texts/texts.ts';

/** Who is signed in, what they may, and the shop that they look at. */
export type Session = Answer<'/v1/session'>;

/** What opens a session: an API key, a person's name and password, or a ticket that was printed once. */
export type Credentials =
  | { key: string }
  | { user_name: string; password: string; code?: string }
  | { ticket: string; password?: string };

const sessionKey = ['session'];

export const signIn = (credentials: Credentials): Promise<Session> => send(post('/v1/sessions', { body: credentials }));

/** @throws ApiError where the session may go on: whoever comes next would be signed in as who has left */
export const signOut = (): Promise<unknown> =>
  send(remove('/v1/session')).catch((error) => {
    // It was over already.
    if (error instanceof ApiError && error.problem.status === 401) return;
    throw error;
  });

const isSigningIn = location.pathname === '/sign-in';

export function useSessionState() {
  const client = useQueryClient();
  const [isOver, setOver] = useState(false);
  /** Rises with each other person: nothing of the one before stays on the page. */
  const [person, setPerson] = useState(0);
  const query = useQuery({
    queryKey: sessionKey,
    queryFn: ({ signal }) =>
      send(get('/v1/session'), signal).catch((error) => {
        if (error instanceof ApiError && error.problem.status === 401) return null;
        throw error;
      }),
    staleTime: Number.POSITIVE_INFINITY,
    // Who comes to sign in has no session, or does not want it: nothing is asked in vain.
    enabled: !isSigningIn,
  });
  setToken(query.data?.csrf_token);
  useEffect(() => whenSignedOut(() => setOver(true)), []);
  const enter = (session: Session | null) => {
    const before = client.getQueryData<Session | null>(sessionKey);
    setToken(session?.csrf_token);
    setOver(false);
    if (before && session && isSamePerson(before, session)) {
      client.setQueryData(sessionKey, session);
      // What was refused meanwhile is asked for again.
      void client.invalidateQueries({ predicate: isNotSession });
      return;
    }
    // What the one before saw is not the next one's. The session itself stays, for this is what waits for it.
    void client.cancelQueries({ predicate: isNotSession });
    client.removeQueries({ predicate: isNotSession });
    client.getMutationCache().clear();
    client.setQueryData(sessionKey, session);
    setPerson((earlier) => earlier + 1);
  };
  return {
    session: query.data,
    /** The service knows the session no longer; the page stands as it was, for when the same person signs in again. */
    isOver,
    person,
    isLoading: query.isPending && !isSigningIn,
    error: query.error,
    retry: () => query.refetch(),
    enter,
  };
}

const isNotSession = ({ queryKey }: { queryKey: readonly unknown[] }) => queryKey[0] !== sessionKey[0];

/** A key may be called as a person is. */
const isSamePerson = ({ user: one }: Session, { user: other }: Session) =>
  one.name === other.name && (one.role === null) === (other.role === null);

const SessionContext = createContext<Session | undefined>(undefined);

export function SessionProvider({ session, children }: { session: Session; children: ReactNode }) {
  const language = useLanguage();
  const { currency, minor_digits: minorDigits, time_zone: timeZone } = session.shop;
  const format = useMemo(
    () => createFormat(language, { currency, minorDigits, timeZone }),
    [language, currency, minorDigits, timeZone],
  );
  return (
    <SessionContext value={session}>
      <FormatContext value={format}>{children}</FormatContext>
    </SessionContext>
  );
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('pages are shown within a session only');
  return session;
}

/** May they do what one of these scopes allows? `admin` may all. */
export function useMay(): (...scopes: string[]) => boolean {
  const { scopes } = useSession();
  return (...wanted) => wanted.concat('admin').some((scope) => (scopes as readonly string[]).includes(scope));
}
