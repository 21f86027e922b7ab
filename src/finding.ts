import { type SentenceKey, say } from './sentences/index.ts';
import { dayMs } from './shop/days.ts';

/** What a shop has Pannier for. */
export const purposes = ['lists', 'segments', 'coupons', 'reports'] as const;
export type Purpose = (typeof purposes)[number];

/** Something that a shop misses, and what mends it. */
export interface Finding {
  key: FindingKey;
  text: string;
  /** what cannot be served without it */
  blocks: readonly Purpose[];
  /** what is served worse without it */
  weakens: readonly Purpose[];
  remedy: Remedy;
}

export interface Remedy {
  /** a command of Pannier's, a line of the shop's pages, or a request to the API */
  by: 'command' | 'page' | 'request';
  text: string;
  /** where more is said of it */
  document: string;
}

type FindingKey = Extract<SentenceKey, `finding.${string}`>;

/** A finding, with its sentence in English. */
export function finding<Key extends FindingKey>(
  key: Key,
  values: Parameters<typeof say<Key>>[1],
  { blocks = [], weakens = [], ...rest }: Partial<Pick<Finding, 'blocks' | 'weakens'>> & { remedy: Remedy },
): Finding {
  return { key, text: say(key, values), blocks, weakens, ...rest };
}

/** Whole days from one moment to another. */
export const daysBetween = (from: Date, to: Date): number => Math.floor((to.getTime() - from.getTime()) / dayMs);

export const byCommand = (text: string, document: string): Remedy => ({ by: 'command', text, document });
export const byPage = (text: string): Remedy => ({ by: 'page', text, document: 'docs/storefront.md' });
export const byRequest = (text: string, document: string): Remedy => ({ by: 'request', text, document });
