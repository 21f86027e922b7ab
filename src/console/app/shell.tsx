import './shell.css';
import { Suspense, useEffect, useRef, useState } from 'react';
import { Link, Redirect, Route, Switch, useLocation } from 'wouter';
import { IconButton, LinkButton } from '../kit/forms/button.tsx';
import { Empty } from '../kit/layout/empty.tsx';
import { Page } from '../kit/layout/page.tsx';
import { Skeleton } from '../kit/layout/skeleton.tsx';
import { Modal } from '../kit/overlays/modal.tsx';
import { shellTexts } from '../texts/shell.ts';
import { useTexts } from '../texts/texts.ts';
import { Boundary } from './boundary.tsx';
import { Mark } from './mark.tsx';
import { Navigation } from './navigation.tsx';
import { type PageRoute, routes } from './routes.tsx';
import { useMay } from './session.tsx';
import { TopBar } from './top-bar.tsx';

/** What stands around every page: navigation, the bar at the top, and a place for the page itself. */
export function Shell({ onSignedOut }: { onSignedOut(): void }) {
  const t = useTexts(shellTexts);
  const [path] = useLocation();
  const [isDrawerOpen, setDrawerOpen] = useState(false);
  useBeginAtTop(path);
  return (
    <div className="shell">
      <a className="skip" href="#content">
        {t.skip}
      </a>
      <aside className="side">
        <Brand />
        <Navigation />
      </aside>
      <Modal className="side-drawer" label={t.navigation} isOpen={isDrawerOpen} onClose={() => setDrawerOpen(false)}>
        <div className="side-drawer-head">
          <Brand />
          <IconButton icon="close" label={t.close} onClick={() => setDrawerOpen(false)} />
        </div>
        <Navigation onChosen={() => setDrawerOpen(false)} />
      </Modal>
      <div className="column">
        <TopBar
          menu={
            <IconButton
              className="narrow-only"
              icon="menu"
              label={t.openNavigation}
              onClick={() => setDrawerOpen(true)}
            />
          }
          onSignedOut={onSignedOut}
        />
        <main id="content" tabIndex={-1}>
          <Boundary page={path}>
            <Suspense fallback={<Coming />}>
              <Switch>
                {routes.map((route) => (
                  <Route key={route.path} path={route.path}>
                    <Guarded route={route} />
                  </Route>
                ))}
                {/* Whoever cuts off the end of a policy's address comes to all of them. */}
                <Route path="/policies">
                  <Redirect to="/campaigns?view=policies" replace />
                </Route>
                <Route>
                  <NotFound />
                </Route>
              </Switch>
            </Suspense>
          </Boundary>
        </main>
      </div>
    </div>
  );
}

/** Another page begins at its top, and who goes by keyboard or ear is in it, not in the navigation. */
function useBeginAtTop(path: string): void {
  const before = useRef(path);
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    window.scrollTo(0, 0);
    document.getElementById('content')?.focus({ preventScroll: true });
  }, [path]);
}

function Brand() {
  return (
    <Link className="brand" href="/">
      <Mark />
      Pannier
    </Link>
  );
}

function Guarded({ route }: { route: PageRoute }) {
  const t = useTexts(shellTexts);
  const may = useMay();
  if (!may(...route.scopes)) {
    return (
      <Page title={t.pages[route.name]}>
        <section className="panel">
          <Empty icon="key" title={t.forbiddenTitle} text={t.forbiddenText} />
        </section>
      </Page>
    );
  }
  const { page: Shown } = route;
  return <Shown />;
}

function Coming() {
  return (
    <div className="page">
      <Skeleton height={240} />
    </div>
  );
}

function NotFound() {
  const t = useTexts(shellTexts);
  return (
    <Page title={t.notFoundTitle}>
      <section className="panel">
        <Empty icon="search" title={t.notFoundText} actions={<LinkButton href="/">{t.toToday}</LinkButton>} />
      </section>
    </Page>
  );
}
