import './settings.css';
import type { ReactNode } from 'react';
import { useMay } from '../../app/session.tsx';
import { Page, Tabs, useUrlState } from '../../kit/index.ts';
import { useTexts } from '../../texts/texts.ts';
import { Account } from './account.tsx';
import { Audit } from './audit.tsx';
import { Holdouts } from './holdouts.tsx';
import { Keys } from './keys.tsx';
import { Sessions } from './sessions.tsx';
import { Shop } from './shop.tsx';
import { texts } from './texts.ts';
import { Users } from './users.tsx';

const allViews = ['shop', 'account', 'users', 'keys', 'sessions', 'holdouts', 'audit'] as const;
type View = (typeof allViews)[number];

/** Who may see them; the others everybody. */
const mayOf: Partial<Record<View, Parameters<ReturnType<typeof useMay>>>> = {
  users: ['admin'],
  keys: ['admin'],
  holdouts: ['coupons', 'train', 'view'],
  audit: ['admin'],
};

/** Who may do what, what is held out, and what was changed by whom. */
export default function Settings() {
  const t = useTexts(texts);
  const may = useMay();
  const [view, setView] = useUrlState<View>('view', 'shop');
  // Who may not see them would find nothing but a refusal there.
  const views = allViews.filter((one) => may(...(mayOf[one] ?? [])) || !mayOf[one]);
  const contents: Record<View, () => ReactNode> = {
    shop: () => <Shop />,
    account: () => <Account />,
    users: () => <Users />,
    keys: () => <Keys />,
    sessions: () => <Sessions />,
    holdouts: () => <Holdouts />,
    audit: () => <Audit />,
  };
  return (
    <Page title={t.title} purpose={t.purpose}>
      <Tabs<View>
        label={t.views}
        value={views.includes(view) ? view : 'shop'}
        onChange={setView}
        tabs={views.map((value) => ({ value, label: t[value], content: contents[value] }))}
      />
    </Page>
  );
}
