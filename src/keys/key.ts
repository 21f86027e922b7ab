export const scopes = ['events', 'ingest', 'recommend', 'segments', 'coupons', 'train', 'admin'] as const;
export type Scope = (typeof scopes)[number];

export interface Key {
  keyId: number;
  name: string;
  scopes: readonly Scope[];
}
