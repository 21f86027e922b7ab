import './kit/base/tokens.css';
import './kit/base/base.css';
import './kit/base/controls.css';
import './kit/layout/layout.css';
import './kit/overlays/overlays.css';
import './kit/table/table.css';
import './kit/chart/chart.css';
import './kit/figure/figure.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { applyPreferences } from './app/preferences.ts';
import { routeAt } from './app/routes.tsx';

applyPreferences();
// While it is asked who looks. Where it does not come, the page itself says so.
routeAt(location.pathname)
  ?.load()
  .catch(() => {});
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
