/** What keys can be allowed, in the order in which they are listed. */
export const scopes = [
  'events',
  'lists',
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

/** What a page may be let do whose source everybody reads: tell what its visitor does, and show lists. */
const scopesForPages: readonly Scope[] = ['events', 'lists'];

/** A key as a request is made with it. */
export interface Key {
  keyId: number;
  name: string;
  scopes: readonly Scope[];
  /** Stands in pages for all to read; it speaks for a visitor, and for a customer only with a token of the shop's. */
  isPublishable: boolean;
  /** Of a publishable key: whose pages may ask with it from a browser. */
  allowedOrigins: readonly string[];
}

export function isPublishable(granted: readonly Scope[]): boolean {
  return granted.length > 0 && granted.every((scope) => scopesForPages.includes(scope));
}
