import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useMemo } from 'react';
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

export const signOut = (): Promise<unknown> => send(remove('/v1/session'));

const isSigningIn = location.pathname === '/sign-in';

export function useSessionState() {
  const client = useQueryClient();
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
  useEffect(() => whenSignedOut(() => client.setQueryData(sessionKey, null)), [client]);
  const enter = (session: Session | null) => {
    // What the one before saw is not the next one's. The session itself stays, for this is what waits for it.
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] });
    client.setQueryData(sessionKey, session);
  };
  return {
    session: query.data,
    isLoading: query.isPending && !isSigningIn,
    error: query.error,
    retry: () => query.refetch(),
    enter,
  };
}

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
