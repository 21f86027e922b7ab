import { type ComponentType, lazy } from 'react';
import type { IconName } from '../kit/base/icon.tsx';
import type { PageName } from '../texts/shell.ts';

export interface PageRoute {
  /** as in the address, with `:id` for what varies */
  path: string;
  name: PageName;
  /** the icon and the group in the navigation; without: the page is reached from others */
  icon?: IconName;
  group?: Group;
  /** the address in the navigation that it belongs to, where its own does not begin so */
  within?: string;
  /** scopes of which one is enough; `admin` always is */
  scopes: readonly string[];
  page: ComponentType;
  /** Begins to load its script, so that it is there when it is shown. */
  load(): Promise<unknown>;
}

const pageOf = (load: () => Promise<{ default: ComponentType }>) => ({ page: lazy(load), load });

export const groups = ['shop', 'sell', 'people', 'operate'] as const;
export type Group = (typeof groups)[number];

/** A page is a folder and a line here; its script is loaded when it is opened. The order is the navigation's. */
export const routes: readonly PageRoute[] = [
  {
    path: '/',
    name: 'today',
    icon: 'today',
    group: 'shop',
    scopes: ['view', 'indicators'],
    ...pageOf(() => import('../pages/today/index.tsx')),
  },
  {
    path: '/indicators',
    name: 'indicators',
    icon: 'indicators',
    group: 'shop',
    scopes: ['view', 'indicators'],
    ...pageOf(() => import('../pages/indicators/index.tsx')),
  },
  {
    path: '/recommendations',
    name: 'recommendations',
    icon: 'recommendations',
    group: 'sell',
    scopes: ['view', 'indicators'],
    ...pageOf(() => import('../pages/recommendations/index.tsx')),
  },
  {
    path: '/items/:id',
    name: 'item',
    within: '/recommendations',
    scopes: ['view', 'recommend'],
    ...pageOf(() => import('../pages/item/index.tsx')),
  },
  {
    path: '/associations',
    name: 'associations',
    icon: 'associations',
    group: 'sell',
    scopes: ['view', 'recommend', 'train'],
    ...pageOf(() => import('../pages/associations/index.tsx')),
  },
  {
    path: '/campaigns',
    name: 'campaigns',
    icon: 'campaigns',
    group: 'sell',
    scopes: ['view', 'coupons'],
    ...pageOf(() => import('../pages/campaigns/index.tsx')),
  },
  {
    path: '/campaigns/new',
    name: 'campaign',
    scopes: ['coupons'],
    ...pageOf(() => import('../pages/campaign-editor/index.tsx')),
  },
  {
    path: '/campaigns/:id/change',
    name: 'campaign',
    scopes: ['coupons'],
    ...pageOf(() => import('../pages/campaign-editor/index.tsx')),
  },
  {
    path: '/campaigns/:id',
    name: 'campaign',
    scopes: ['view', 'coupons'],
    ...pageOf(() => import('../pages/campaign/index.tsx')),
  },
  {
    path: '/policies/:id',
    name: 'policy',
    within: '/campaigns',
    scopes: ['view', 'coupons'],
    ...pageOf(() => import('../pages/policy/index.tsx')),
  },
  {
    path: '/customers',
    name: 'customers',
    icon: 'customers',
    group: 'people',
    scopes: ['customers', 'segments'],
    ...pageOf(() => import('../pages/customers/index.tsx')),
  },
  {
    path: '/customers/:id',
    name: 'customer',
    scopes: ['customers', 'segments'],
    ...pageOf(() => import('../pages/customer/index.tsx')),
  },
  {
    path: '/segments',
    name: 'segments',
    icon: 'segments',
    group: 'people',
    scopes: ['view', 'segments'],
    ...pageOf(() => import('../pages/segments/index.tsx')),
  },
  {
    path: '/segments/new',
    name: 'segment',
    scopes: ['segments'],
    ...pageOf(() => import('../pages/segment-builder/index.tsx')),
  },
  {
    path: '/segments/:id',
    name: 'segment',
    scopes: ['view', 'segments'],
    ...pageOf(() => import('../pages/segment/index.tsx')),
  },
  {
    path: '/learning',
    name: 'learning',
    icon: 'learning',
    group: 'operate',
    scopes: ['view', 'train'],
    ...pageOf(() => import('../pages/learning/index.tsx')),
  },
  {
    path: '/stock',
    name: 'stock',
    icon: 'stock',
    group: 'operate',
    scopes: ['view', 'indicators'],
    ...pageOf(() => import('../pages/stock/index.tsx')),
  },
  {
    path: '/data',
    name: 'data',
    icon: 'data',
    group: 'operate',
    scopes: ['view', 'ingest', 'train'],
    ...pageOf(() => import('../pages/data/index.tsx')),
  },
  {
    path: '/settings',
    name: 'settings',
    icon: 'settings',
    group: 'operate',
    scopes: ['view', 'coupons', 'train'],
    ...pageOf(() => import('../pages/settings/index.tsx')),
  },
];

/** The route of an address. */
export function routeAt(path: string): PageRoute | undefined {
  return routes.find((route) => new RegExp(`^${route.path.replace(':id', '[^/]+')}$`).test(path));
}
