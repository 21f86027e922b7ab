import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { ApiError } from '../api/index.ts';
import { ToastProvider } from '../kit/overlays/toast.tsx';
import { LanguageContext } from '../texts/texts.ts';
import { usePreferences } from './preferences.ts';
import { SessionProvider, useSessionState } from './session.tsx';
import { Shell } from './shell.tsx';
import { SignIn } from './sign-in.tsx';
import { SignInAgain } from './sign-in-again.tsx';
import { Unreachable } from './unreachable.tsx';

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      // What is refused is refused again; what did not come may come.
      retry: (count, error) => count < 2 && error instanceof ApiError && [0, 503].includes(error.problem.status),
    },
  },
});

export function App() {
  const { language } = usePreferences();
  return (
    <LanguageContext value={language}>
      <QueryClientProvider client={client}>
        <Entrance />
      </QueryClientProvider>
    </LanguageContext>
  );
}

/** The pages to who has a session, the sign-in to everybody else; over the page, to whose session has ended in the midst of it. */
function Entrance() {
  const { session, isOver, person, isLoading, error, retry, enter } = useSessionState();
  if (isLoading) return null;
  if (error) return <Unreachable onRetry={retry} />;
  if (!session) return <SignIn onSignedIn={enter} />;
  return (
    <ToastProvider key={person}>
      <SessionProvider session={session}>
        <Shell onSignedOut={() => enter(null)} />
      </SessionProvider>
      {isOver && <SignInAgain name={session.user.name} onSignedIn={enter} />}
    </ToastProvider>
  );
}
