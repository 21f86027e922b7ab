import type { Scope } from '../keys/index.ts';

/** What people of a shop are to its console; each is a set of scopes. */
export const roles = ['viewer', 'marketer', 'merchandiser', 'data-scientist', 'operator'] as const;
export type Role = (typeof roles)[number];

/** Whoever is asked for one of these scopes may call; `admin` may call all. */
export const scopesOf: Record<Role, readonly Scope[]> = {
  viewer: ['view'],
  marketer: ['view', 'customers', 'segments', 'coupons'],
  merchandiser: ['view', 'recommend', 'merchandise'],
  'data-scientist': ['view', 'customers', 'train', 'segments', 'recommend', 'indicators'],
  operator: ['admin'],
};
