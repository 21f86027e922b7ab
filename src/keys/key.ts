/** What keys can be allowed, in the order in which they are listed. */
export const scopes = [
  'events',
  'ingest',
  'recommend',
  'segments',
  'coupons',
  'indicators',
  'train',
  'view',
  'customers',
  'merchandise',
  'admin',
] as const;
/** What a key allows. */
export type Scope = (typeof scopes)[number];

/** A key as a request is made with it. */
export interface Key {
  keyId: number;
  name: string;
  scopes: readonly Scope[];
}
